using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A manager looks at how it went, at who does what now, and takes the figures with him.</summary>
[Collection(typeof(HouseGroup))]
public sealed class AnalyticsBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Manager_sees_what_happened_and_what_happens_and_an_agent_does_not()
    {
        var customer = world.NewCustomer("=Wanda");
        await world.WriteAsync(customer, "alguém aí?");
        var place = $"inbox/{await world.ConversationAsync(customer)}";
        await browser.RunAsync(
            async visit =>
            {
                var bia = await world.OpenAsync(visit, place, asAgent: true);
                await bia.ReadyAsync();
                var ana = await world.OpenAsync(visit, "inbox");
                await ana.Page.Locator(".app-rail a[href$='/analytics']").ClickAsync();
                await Expect(ana.Page.Locator("h1")).ToHaveTextAsync("Análises");
                await Expect(ana.Page.Locator("#main")).ToContainTextAsync("America/Sao_Paulo");

                // What she looks at, and then that she writes, shows by itself.
                var row = ana.Page.Locator(".agent-board li").Filter(new LocatorFilterOptions { HasText = "Bia Souza" });
                await Expect(row).ToContainTextAsync("vendo");
                await Expect(row.Locator("a")).ToHaveTextAsync(customer.Name);
                await bia.Input.PressSequentiallyAsync("estou");
                await Expect(row).ToContainTextAsync("digitando para");
                await bia.SendAsync("estou aqui");
                await Expect(bia.Tick("estou aqui")).Not.ToHaveTextAsync("schedule");

                await ana.Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "Hoje" }).ClickAsync();
                await Expect(ana.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("period=today"));
                await ana.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Atualizar" }).ClickAsync();
                var answered = ana
                    .Page.Locator(".report-table tr")
                    .Filter(new LocatorFilterOptions { HasText = "Bia Souza" })
                    .Locator("td")
                    .Nth(3);
                await Expect(answered).Not.ToContainTextAsync("0antes");
                await ana.Page.ShouldBeAccessibleAsync();

                await ana.Page.Locator("select[aria-label='Número']").SelectOptionAsync(new SelectOptionValue { Label = "Loja" });
                await Expect(ana.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"number={world.Shop.Id}"));
                await ana.Page.ReloadAsync();
                await Expect(ana.Page.Locator("select[aria-label='Número']")).ToHaveValueAsync(world.Shop.Id.ToString());

                var download = await ana.Page.RunAndWaitForDownloadAsync(() =>
                    ana
                        .Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Quem faz o quê agora: baixar como CSV" })
                        .ClickAsync()
                );
                download.SuggestedFilename.ShouldStartWith("whatsai-board-");
                var file = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
                file.ShouldContain($"'{customer.Name}");

                await Expect(bia.Page.Locator(".app-rail a[href$='/analytics']")).ToHaveCountAsync(0);
                (await bia.Page.APIRequest.GetAsync($"/t/{world.Shop.Tenant.Slug}/analytics/export?table=board")).Status.ShouldBe(404);
                await bia.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/analytics");
                await Expect(bia.Page.Locator("#main")).ToContainTextAsync("Seu papel não abre esta página");
            },
            error => error.Contains("404", StringComparison.Ordinal)
        );
    }
}
