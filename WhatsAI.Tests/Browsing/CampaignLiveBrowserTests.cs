using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A running campaign is watched, stopped, let go on and cancelled.</summary>
[Collection(typeof(HouseGroup))]
public sealed class CampaignLiveBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Figures_move_by_themselves_and_a_person_stops_resumes_and_cancels_it() =>
        await browser.RunAsync(async visit =>
        {
            var name = $"Tabela {Guid.NewGuid().ToString("N")[..6]}";
            var campaign = await LaunchedCampaign.CreateAsync(world, name);
            var page = (await world.OpenAsync(visit, $"campaigns/{campaign.Id}")).Page;
            // High enough for its list, which draws what can be seen.
            await page.SetViewportSizeAsync(1440, 1800);
            var pill = page.Locator(".page-head .pill");
            await Expect(page.Locator("h1")).ToHaveTextAsync(name);
            await Expect(pill).ToContainTextAsync("Enviando");
            await Expect(page.Locator(".live-figures")).ToContainTextAsync("2 de 3");
            await Expect(page.Locator(".campaign-live > .banner")).ToContainTextAsync("Nenhum número do pool pode enviar agora");
            await Expect(page.Locator(".live-recipients tbody th")).ToHaveCountAsync(3);
            await page.ShouldBeAccessibleAsync();

            // What the database tells of a message shows in the funnel and in his row.
            await campaign.TellAsync(world, 0, "Read");
            await Expect(Step(page, "Lidas")).ToContainTextAsync("1");
            await campaign.TellAsync(world, 0, "Replied");
            await Expect(Step(page, "Responderam")).ToContainTextAsync("100% das entregues");
            await Expect(Row(page, "Larissa")).ToContainTextAsync("Respondeu");

            // A step of the funnel leads to its people; the address keeps what is looked for.
            await Step(page, "Responderam").ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("part=replied"));
            await Expect(page.Locator(".live-recipients tbody th")).ToHaveCountAsync(1);
            await page.GetByRole(AriaRole.Button, new() { Name = "Todos", Exact = true }).ClickAsync();
            await Expect(page.Locator(".live-recipients tbody th")).ToHaveCountAsync(3);
            await page.GetByPlaceholder("Nome ou telefone").FillAsync($"camila {name}");
            await Expect(page).ToHaveURLAsync(new Regex("q=camila"));
            await Expect(page.Locator(".live-recipients tbody th")).ToHaveCountAsync(1);
            await Expect(Row(page, "Camila")).ToContainTextAsync("Espera até");

            await page.GetByRole(AriaRole.Button, new() { Name = "Pausar" }).ClickAsync();
            await Expect(pill).ToContainTextAsync("Pausada");
            await Expect(page.Locator(".toast").First).ToContainTextAsync("Nada estava saindo");
            await Expect(page.Locator(".campaign-live > .banner")).ToContainTextAsync("Nada sai até alguém retomar. Esperando: 1.");
            await page.GetByRole(AriaRole.Button, new() { Name = "Retomar" }).ClickAsync();
            await Expect(pill).ToContainTextAsync("Enviando");

            await page.Locator(".tabs a", new() { HasText = "Análise" }).ClickAsync();
            await Expect(page.Locator("#analysis-variants")).ToBeVisibleAsync();
            await Expect(page.Locator(".live-verdict")).ToContainTextAsync("Ainda não dá para dizer nada");
            await page.ShouldBeAccessibleAsync();
            await page.Locator(".tabs a", new() { HasText = "Ficaram de fora" }).ClickAsync();
            await Expect(page.Locator(".live-people tbody th")).ToHaveTextAsync($"Bento {name}");
            await page.Locator(".tabs a", new() { HasText = "Histórico" }).ClickAsync();
            await Expect(page.Locator(".live-history li")).ToHaveCountAsync(3);

            // Only whoever types its name cancels it; what waited is taken back and says why.
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancelar campanha" }).ClickAsync();
            var confirm = page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cancelar campanha" });
            await Expect(confirm).ToBeDisabledAsync();
            await page.Locator("dialog[open] input").FillAsync(name);
            await Expect(confirm).ToBeEnabledAsync();
            await confirm.ClickAsync();
            await Expect(pill).ToContainTextAsync("Cancelada");
            await Expect(page.Locator(".live-figures")).ToContainTextAsync("1 não receberam");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pausar" })).ToHaveCountAsync(0);

            // The proof sheet: one line for each of the audience, and nothing that a spreadsheet calculates.
            var sheet = await (
                await page.Context.APIRequest.GetAsync($"{world.Console.Address}/t/{world.Shop.Tenant.Slug}/campaigns/{campaign.Id}/proof")
            ).TextAsync();
            var lines = sheet.Trim().Split('\n');
            lines.Length.ShouldBe(1 + 3 + 1);
            lines[0].ShouldContain("Enviadas (America/Sao_Paulo)");
            sheet.ShouldContain($"'=1+1 Thiago {name}");
            lines.Single(l => l.Contains("Camila", StringComparison.Ordinal)).ShouldContain("Pulada;A campanha foi cancelada");
            lines.Single(l => l.Contains("Bento", StringComparison.Ordinal)).ShouldContain("Ficou de fora;Pediram para sair");

            await page.GetByRole(AriaRole.Button, new() { Name = "Mais sobre esta campanha" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Copiar para um rascunho novo" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/campaigns/[0-9a-f-]{36}/edit"));
        });

    private static ILocator Step(IPage page, string words) => page.Locator(".live-funnel a", new() { HasText = words });

    private static ILocator Row(IPage page, string name) => page.Locator(".live-recipients tbody tr", new() { HasText = name });
}
