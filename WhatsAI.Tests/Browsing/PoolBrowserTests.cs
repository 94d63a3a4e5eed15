using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Pools before the eyes of who makes them and of who watches the wall.</summary>
[Collection(typeof(HouseGroup))]
public sealed class PoolBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Pool_is_filled_by_menu_and_by_drag_shows_its_next_day_and_the_wall_tells_at_once() =>
        await browser.RunAsync(async visit =>
        {
            var (first, second) = (await world.LinkAsync("Campanha 01"), await world.LinkAsync("Campanha 02"));
            var wall = await world.OpenAsync(visit, "numbers", language: "en", asAgent: true);
            await Expect(Card(wall, first)).ToBeVisibleAsync();
            var ana = await world.OpenAsync(visit, "numbers/pools");

            await ana.Page.Locator(".page-head .btn-primary").ClickAsync();
            await ana.Page.Locator("#new-pool").FillAsync("Campanhas");
            await ana.Page.Keyboard.PressAsync("Enter");
            await ana.Page.WaitForURLAsync("**/numbers/pools/*");
            var board = ana.Page.Locator(".roles");
            var menu = board.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "O que fazer com Campanha 01" });
            await menu.FocusAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await board.GetByRole(AriaRole.Menuitem, new LocatorGetByRoleOptions { Name = "Adicionar como: Ativo" }).FocusAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(board.Locator("[data-role=Active] .member")).ToContainTextAsync("Campanha 01");
            await board
                .Locator(".role-outside .member", new LocatorLocatorOptions { HasText = "Campanha 02" })
                .DragToAsync(board.Locator("[data-role=Backup]"));
            await Expect(board.Locator("[data-role=Backup] .member")).ToContainTextAsync("Campanha 02");

            var group = wall.Page.Locator(".pool-group", new PageLocatorOptions { HasText = "Campanhas" });
            await Expect(group.Locator(".pool-roles")).ToHaveTextAsync("1 active1 backup");
            await Expect(group.Locator(".number")).ToHaveCountAsync(2);

            foreach (var open in await ana.Page.Locator(".week input[aria-label^='Envia em']").AllAsync())
            {
                await open.FillAsync("0-24");
                await open.PressAsync("Tab");
            }

            await ana.Page.Locator("#pool-demand").FillAsync("12");
            await Expect(ana.Page.Locator(".preview-total")).ToContainTextAsync("12 de 12 mensagens");
            await Expect(ana.Page.Locator(".preview-total")).ToContainTextAsync("termina às");
            // Two days of the calendar lie in the next 24 hours.
            await ana.Page.Locator("#pool-daily").FillAsync("5");
            await Expect(ana.Page.Locator(".preview-total")).ToContainTextAsync("10 de 12 mensagens");
            await Expect(ana.Page.Locator(".preview-total")).ToContainTextAsync("sobram 2");
            await ana.Page.Locator(".lane-table summary").ClickAsync();
            await Expect(ana.Page.Locator(".lane-table")).ToContainTextAsync("O limite de hoje foi alcançado");
            await ana.Page.Locator("#pool-interval-from").FillAsync("3");
            await Expect(ana.Page.Locator(".policy-foot")).ToContainTextAsync("ao menos 20 segundos");
            await ana.Page.Locator("#pool-interval-from").FillAsync("50");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator(".policy-foot .btn-primary").ClickAsync();
            await Expect(ana.Page.Locator(".policy-foot .btn-primary")).ToBeDisabledAsync();
            await ana.Page.ReloadAsync();
            await Expect(ana.Page.Locator("#pool-interval-from")).ToHaveValueAsync("50");

            await world.Sandbox.Control.CloseAsync(first.Name, 403);
            await Expect(Card(wall, first).Locator(".pill")).ToHaveTextAsync("blockBanned");
            await Expect(wall.Page.Locator(".pool-group").First.Locator(".number").First)
                .ToHaveAttributeAsync("data-number", first.Id.ToString());
            (await wall.Page.EvaluateAsync<bool>("window.notReloaded")).ShouldBeTrue();
            await wall.Page.ShouldBeAccessibleAsync();

            await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/numbers?board=1");
            await Expect(ana.Page.Locator(".board-clock")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d\d:\d\d:\d\d$"));
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page.Locator(".board-clock")).ToHaveCountAsync(0);
            await world.DeleteAsync(first);
            await world.DeleteAsync(second);
        });

    private static ILocator Card(InboxWindow window, LinkedNumber number) => window.Page.Locator($".number[data-number='{number.Id}']");
}
