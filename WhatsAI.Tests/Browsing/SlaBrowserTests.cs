using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What lapses is seen before it does, and told of when it has.</summary>
[Collection(typeof(HouseGroup))]
public sealed class SlaBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Target_of_the_settings_runs_in_the_list_lapses_and_is_told_at_the_bell() =>
        await browser.RunAsync(async visit =>
        {
            var (calm, late) = (world.NewCustomer("Calma"), world.NewCustomer("Pressa"));
            // A while apart: of what came in one second none is the first.
            await world.WriteAsync(
                late,
                new SandboxWrite { Text = "socorro", At = DateTimeOffset.UtcNow.AddSeconds(-20).ToUnixTimeSeconds() }
            );
            await world.WriteAsync(calm, "sem pressa");
            var settings = (await world.OpenAsync(visit, "settings/sla")).Page;
            await settings.Locator(".page-head .btn-primary").ClickAsync();
            // Of low priority, which no other test's conversations have.
            await settings.GetByLabel("Prioridade").SelectOptionAsync("Low");
            await settings.GetByLabel("Primeira resposta").FillAsync("amanhã");
            await settings.ShouldBeAccessibleAsync();
            await settings.Locator("dialog .btn-primary").ClickAsync();
            await Expect(settings.GetByText("“amanhã” não é um tempo")).ToBeVisibleAsync();
            await settings.GetByLabel("Primeira resposta").FillAsync("1h30");
            await settings.GetByLabel("Resolução").FillAsync("8 h");
            await settings.Locator("dialog .btn-primary").ClickAsync();
            var row = settings.Locator(".targets-table tr", new() { HasText = "Prioridade baixa" });
            await Expect(row).ToContainTextAsync("1 h 30 min");
            await Expect(row).ToContainTextAsync("sem prazo");

            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(late)}");
            await ana.ReadyAsync();
            await Expect(ana.Row(late).Locator(".lapse")).ToHaveCountAsync(0);
            foreach (var customer in new[] { late, calm })
            {
                await ana.ClickAsync(customer);
                await ana.ReadyAsync();
                await ana.Page.Locator(".priority-button").ClickAsync();
                await ana.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Baixa", Exact = true }).Last.ClickAsync();
                await Expect(ana.Row(customer).Locator(".lapse")).ToHaveTextAsync("1 h");
            }

            await Expect(ana.Page.Locator(".contact-pane")).ToContainTextAsync("Primeira resposta");
            await ana.Page.Locator(".inbox-tools").GetByRole(AriaRole.Button, new() { Name = "Mais filtros" }).ClickAsync();
            await ana.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Vence primeiro" }).ClickAsync();
            await ana.Page.WaitForURLAsync("**/*order=lapse*");
            await Expect(ana.Page.Locator("[data-inbox-rows] .cv").First).ToContainTextAsync(late.Name);
            await ana.Page.ShouldBeAccessibleAsync();

            (
                await world.ChangeAsync(
                    $"UPDATE conversation_heads SET waiting_since = now() - interval '3 hours' WHERE conversation_id = '{await world.ConversationAsync(late)}'"
                )
            ).ShouldBe(1);
            await row.GetByRole(AriaRole.Button, new() { Name = "Editar os prazos" }).ClickAsync();
            await settings.GetByLabel("Primeira resposta").FillAsync("2 h");
            await settings.Locator("dialog .btn-primary").ClickAsync();

            await Expect(ana.Row(late).Locator(".lapse.tone-critical")).ToContainTextAsync("Atraso 1 h", new() { Timeout = 20_000 });
            await ana.Page.Locator("[data-bell]").ClickAsync();
            await Expect(ana.Page.Locator(".notices").GetByText("A primeira resposta está atrasada").First).ToBeVisibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            await ana.ClickAsync(late);
            await ana.ReadyAsync();
            await ana.SendAsync("já vi!");
            await Expect(ana.Page.Locator(".contact-pane")).ToContainTextAsync("fora do prazo");
            await Expect(ana.Row(late).Locator(".lapse.tone-critical")).ToHaveCountAsync(0);
            await ana.ShouldNotHaveReloadedAsync();

            await row.GetByRole(AriaRole.Button, new() { Name = "Excluir os prazos" }).ClickAsync();
            await settings.Locator("dialog .btn-danger").ClickAsync();
            await Expect(row).ToHaveCountAsync(0);
            await Expect(ana.Row(calm).Locator(".lapse")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        });
}
