using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A number goes to its second gateway server by a person's hand: what it says of itself until somebody has read the code there, and after it.</summary>
[Collection(typeof(HouseGroup))]
public sealed class StandbyBrowserTests(Browser browser, ConsoleWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Number_is_given_a_second_server_moved_there_and_scanned_and_its_card_says_what_is_left_to_do() =>
        await browser.RunAsync(async visit =>
        {
            await using var second = new SandboxProcess();
            await second.InitializeAsync();
            var form = new GatewayServerForm("evolution-2", second.Address.ToString(), SandboxProcess.Key);
            var server = default(GatewayServerId);
            await world.DoAsync<GatewayServerActions>(async s => server = await s.AddAsync(form, Ct));
            var number = await world.LinkAsync("Balcão");
            var wall = await world.OpenAsync(visit, "numbers", language: "en", asAgent: true);
            var ana = await world.OpenAsync(visit, $"numbers/{number.Id}");
            var card = ana.Page.Locator("[aria-labelledby=standby-title]");

            await card.Locator("#standby-server").SelectOptionAsync("evolution-2");
            await card.GetByRole(AriaRole.Button, new() { Name = "Salvar reserva" }).ClickAsync();
            await Expect(card).ToContainTextAsync("Conectado por Sandbox. Segundo servidor: evolution-2.");
            await card.GetByRole(AriaRole.Button, new() { Name = "Mudar para evolution-2 agora" }).ClickAsync();
            var asked = ana.Page.GetByRole(AriaRole.Dialog);
            await Expect(asked).ToContainTextAsync("o QR code precisa ser lido uma vez");
            await asked.GetByRole(AriaRole.Button, new() { Name = "Mudar", Exact = true }).ClickAsync();

            await Expect(card).ToContainTextAsync("Agora em evolution-2. Sessões não se transferem: leia o QR code uma vez com o celular.");
            await Expect(card.Locator(".pill")).ToContainTextAsync("Na reserva");
            await Expect(ana.Page.Locator(".page-head")).ToContainTextAsync("evolution-2");
            await Expect(wall.Page.Locator($".number[data-number='{number.Id}']")).ToContainTextAsync("Read the QR code to link it there");
            await ana.Page.ShouldBeAccessibleAsync();

            await ana.Page.Locator(".page-head .btn-primary").ClickAsync();
            await Expect(ana.Page.Locator("[data-qr='1'] svg")).ToBeVisibleAsync();
            await second.Control.ScanAsync(number.Name, "5511988990001");

            await Expect(ana.Page.Locator(".page-head .pill")).ToHaveTextAsync(new Regex("(Conectado|Saudável)$"));
            await Expect(card.Locator(".banner")).ToHaveCountAsync(0);
            await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Voltar para Sandbox" })).ToBeEnabledAsync();
            await ana.ShouldNotHaveReloadedAsync();
            await world.DeleteAsync(number);
            await world.DoAsync<GatewayServerActions>(s => s.RemoveAsync(server, Ct));
        });
}
