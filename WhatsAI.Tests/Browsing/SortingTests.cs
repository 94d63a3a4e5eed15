using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Conversations are sorted: by labels and priority one at a time, and many at once; and it can all be taken back.</summary>
[Collection(typeof(HouseGroup))]
public sealed class SortingTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Label_made_in_the_settings_is_put_on_by_keys_seen_by_all_and_filtered_by() =>
        await browser.RunAsync(async visit =>
        {
            var (rosa, ivo) = (world.NewCustomer("Rosa"), world.NewCustomer("Ivo"));
            await world.WriteAsync(ivo, "bom dia");
            await world.WriteAsync(rosa, "chegou quebrado");
            var id = await world.ConversationAsync(rosa);
            var name = $"Reclamação {Guid.NewGuid().ToString("N")[..6]}";
            var page = (await world.OpenAsync(visit, "settings/labels")).Page;
            await page.Locator(".page-head .btn-primary").ClickAsync();
            await page.GetByLabel("Nome").FillAsync(name);
            await page.GetByRole(AriaRole.Radio, new() { Name = "Vermelho" }).CheckAsync();
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator(".plain-list li", new() { HasText = name })).ToBeVisibleAsync();

            var ana = await world.OpenAsync(visit, "inbox");
            var bia = await world.OpenAsync(visit, $"inbox/{id}", asAgent: true);
            await bia.ReadyAsync();
            await bia.Page.Locator(".thread-head h1").FocusAsync();
            await bia.Page.Keyboard.PressAsync("l");
            var option = bia.Page.GetByRole(AriaRole.Option, new() { Name = name });
            await Expect(option).ToBeVisibleAsync();
            await bia.Page.Keyboard.TypeAsync(name[^6..]);
            await Expect(option).ToHaveAttributeAsync("aria-selected", "true");
            await bia.Page.ShouldBeAccessibleAsync();
            await bia.Page.Keyboard.PressAsync("Enter");
            await Expect(option).ToHaveAttributeAsync("aria-checked", "true");
            await Expect(bia.Page.Locator("[role=option]", new() { HasText = "Criar" })).ToHaveCountAsync(0);
            await bia.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Row(rosa)).ToContainTextAsync(name);
            await Expect(bia.Page.Locator(".contact-pane")).ToContainTextAsync(name);
            await Expect(bia.Page.Locator(".messages .sys")).ToContainTextAsync($"Bia Souza adicionou a etiqueta {name}");

            await bia.Page.Locator(".priority-button").ClickAsync();
            await bia.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Urgente" }).ClickAsync();
            await Expect(ana.Row(rosa).Locator(".priority")).ToHaveTextAsync("Urgente");
            await bia.Page.Locator(".thread-head h1").FocusAsync();
            await bia.Page.Keyboard.PressAsync("z");
            await Expect(ana.Row(rosa).Locator(".priority")).ToHaveCountAsync(0);

            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Mais filtros" }).ClickAsync();
            await ana.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = name }).ClickAsync();
            await Expect(ana.Row(ivo)).ToHaveCountAsync(0);
            await Expect(ana.Row(rosa)).ToBeVisibleAsync();
            await Expect(ana.Page).ToHaveURLAsync(new Regex(@"\?label="));
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await Expect(ana.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
            await ana.Page.ShouldBeAccessibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = $"Excluir a etiqueta {name}" }).ClickAsync();
            await Expect(page.Locator("dialog:modal")).ToContainTextAsync("Uma conversa perde a etiqueta");
            await page.Locator("dialog:modal .btn-danger").ClickAsync();
            await Expect(ana.Page.Locator(".inbox-list")).ToContainTextAsync("Esta etiqueta foi excluída");
            await ana.ShouldNotHaveReloadedAsync();
        });

    [Fact]
    public async Task Several_are_selected_by_keys_resolved_together_and_come_back_together()
    {
        var number = await world.LinkAsync("Muitas");
        var customers = new[]
        {
            world.NewCustomer("Uma"),
            world.NewCustomer("Duas"),
            world.NewCustomer("Três"),
            world.NewCustomer("Quatro"),
        };
        foreach (var customer in customers)
        {
            await world.WriteAsync(customer, "oi", number);
            await world.ConversationAsync(customer, number);
        }

        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, $"inbox?number={number.Id}", language: "en");
            var bia = await world.OpenAsync(visit, $"inbox?number={number.Id}&whose=mine", asAgent: true);
            await Expect(ana.Rows).ToHaveCountAsync(4);
            await ana.Rows.First.FocusAsync();
            await ana.Page.Keyboard.PressAsync("x");
            var bar = ana.Page.GetByRole(AriaRole.Toolbar, new() { Name = "Selected conversations" });
            await Expect(bar).ToContainTextAsync("1 selected");
            await ana.Page.Keyboard.PressAsync("Shift+ArrowDown");
            await Expect(bar).ToContainTextAsync("2 selected");
            await ana.Page.Keyboard.PressAsync("Shift+ArrowDown");
            await Expect(bar).ToContainTextAsync("3 selected");
            await ana.Page.ShouldBeAccessibleAsync();

            // A message moves a row; the selection stays.
            await world.WriteAsync(customers[0], "e mais uma", number);
            await Expect(ana.Row(customers[0])).ToContainTextAsync("e mais uma");
            await Expect(bar).ToContainTextAsync("3 selected");

            await ana.Page.Keyboard.PressAsync("a");
            await Expect(ana.Page.GetByRole(AriaRole.Option, new() { Name = "Bia Souza" })).ToBeVisibleAsync();
            await ana.Page.Keyboard.TypeAsync("bia");
            await Expect(ana.Page.Locator(".assign [role=option]")).ToHaveCountAsync(1);
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Page.Locator(".toasts")).ToContainTextAsync("3 assigned to Bia Souza");
            await Expect(bia.Rows).ToHaveCountAsync(3);

            await ana.Rows.First.FocusAsync();
            await ana.Page.Keyboard.PressAsync("e");
            await Expect(ana.Page.Locator(".toasts")).ToContainTextAsync("3 resolved");
            await Expect(bia.Rows).ToHaveCountAsync(0);
            await Expect(bar).ToHaveCountAsync(0);
            await ana.Page.Keyboard.PressAsync("z");
            await Expect(bia.Rows).ToHaveCountAsync(3);
            await Expect(ana.Rows).ToHaveCountAsync(4);

            // The filter gets a name, and the inbox opens with it.
            await ana.Page.Keyboard.PressAsync("v");
            await ana.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Save or change views…" }).ClickAsync();
            await ana.Page.Locator("#view-name").FillAsync("Muitas só");
            await ana.Page.Keyboard.PressAsync("Enter");
            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Open the inbox with Muitas só" }).ClickAsync();
            await Expect(ana.Page.Locator(".views-list [aria-pressed=true]")).ToHaveCountAsync(1);
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            await ana.Page.Keyboard.PressAsync("Control+k");
            await ana.Page.Locator("#palette-input").FillAsync("muitas");
            await Expect(ana.Page.Locator("#palette [role=option]", new() { HasText = "Muitas só" })).ToBeVisibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            var again = await world.OpenAsync(visit, "inbox", language: "en");
            await Expect(again.Page).ToHaveURLAsync(new Regex($"number={number.Id}$"));
            await Expect(again.Rows).ToHaveCountAsync(4);
            await again.Page.GetByRole(AriaRole.Button, new() { Name = "Saved views: Muitas só" }).ClickAsync();
            await again.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Save or change views…" }).ClickAsync();
            await again.Page.GetByRole(AriaRole.Button, new() { Name = "Delete Muitas só" }).ClickAsync();
            await Expect(ana.Page.GetByRole(AriaRole.Button, new() { Name = "Saved views", Exact = true })).ToBeVisibleAsync();

            await ana.Rows.First.Locator("> .avatar").ClickAsync();
            await ana.Rows.Nth(3).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
            await Expect(bar).ToContainTextAsync("4 selected");
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(bar).ToHaveCountAsync(0);
            await ana.ShouldNotHaveReloadedAsync();
        });
        await world.DeleteAsync(number);
    }
}
