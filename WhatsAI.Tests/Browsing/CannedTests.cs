using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Answers that are kept, and given by a slash.</summary>
[Collection(typeof(HouseGroup))]
public sealed class CannedTests(Browser browser, ConsoleWorld world)
{
    private const string Option = "[data-canned-option]";

    [Fact]
    public async Task Response_is_written_found_by_a_slash_filled_and_sent_from_the_keyboard() =>
        await browser.RunAsync(async visit =>
        {
            var rosa = world.NewCustomer("Rosa");
            await world.WriteAsync(rosa, "qual o prazo?");
            var bia = await world.OpenAsync(visit, "settings/canned", asAgent: true);
            await WriteAsync(bia.Page, "prazo-rápido", "Entrega", "Oi, {{contact.first_name}}! Chega amanhã.", save: false);
            await Expect(bia.Page.Locator(".canned-preview .bub")).ToHaveTextAsync("Oi, Marina! Chega amanhã.");
            await bia.Page.Locator("#canned-text").FillAsync("Oi, {{contact.nome}}!");
            await Expect(bia.Page.Locator("dialog .why")).ToContainTextAsync("contact.nome");
            await bia.Page.Locator("#canned-text").FillAsync("Oi, ");
            await bia.Page.Locator("[data-insert='{{contact.first_name}}']").ClickAsync();
            await bia.Page.Keyboard.TypeAsync("! Chega amanhã, às 9:00 ou 10:00.");
            await bia.Page.Locator("dialog form .btn-primary").ClickAsync();
            await Expect(bia.Page.Locator("#main li", new() { HasText = "/prazo-rápido" })).ToBeVisibleAsync();

            await bia.OpenAsync(rosa);
            await bia.Input.FocusAsync();
            await bia.Page.Keyboard.TypeAsync("Bom dia. /rap");
            await Expect(bia.Page.Locator($"{Option} mark").First).ToHaveTextAsync("ráp");
            await Expect(bia.Page.Locator($"{Option} .var").First).ToHaveTextAsync("Rosa");
            await Expect(bia.Input).ToHaveAttributeAsync("aria-expanded", "true");
            await bia.Page.ShouldBeAccessibleAsync();
            await bia.Page.Keyboard.PressAsync("Enter");
            await Expect(bia.Input).ToHaveValueAsync("Bom dia. Oi, Rosa! Chega amanhã, às 9:00 ou 10:00.");
            await Expect(bia.Page.Locator("[data-canned-picker]")).ToHaveCountAsync(0);
            await Expect(bia.Input).Not.ToHaveAttributeAsync("role", "combobox");
            await bia.Page.Keyboard.PressAsync("Enter");

            await Expect(bia.Message("Bom dia. Oi, Rosa! Chega amanhã, às 9:00 ou 10:00.")).ToHaveCountAsync(1);
            await Expect(bia.Input).ToHaveValueAsync("");
        });

    [Fact]
    public async Task List_is_chosen_from_closed_and_kept_true_while_typing_goes_on() =>
        await browser.RunAsync(async visit =>
        {
            var ivo = world.NewCustomer("Ivo");
            await world.WriteAsync(ivo, "oi");
            var ana = await world.OpenAsync(visit, "settings/canned");
            await WriteAsync(ana.Page, "zeta-um", "", "primeira");
            await WriteAsync(ana.Page, "zeta-dois", "", "segunda");
            await ana.OpenAsync(ivo);
            await ana.Page.Keyboard.PressAsync("/");
            await Expect(ana.Input).ToBeFocusedAsync();
            await Expect(ana.Input).ToHaveValueAsync("/");
            await ana.Page.Keyboard.TypeAsync("zeta");
            await Expect(ana.Page.Locator(Option)).ToHaveCountAsync(2);

            // Another window of hers adds one; the open list shows it.
            var other = await world.OpenAsync(visit, "settings/canned");
            await WriteAsync(other.Page, "zeta-três", "", "terceira");
            await Expect(ana.Page.Locator(Option)).ToHaveCountAsync(3);

            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page.Locator("[data-canned-picker]")).ToHaveCountAsync(0);
            await Expect(ana.Input).ToHaveValueAsync("/zeta");
            await ana.Page.Keyboard.TypeAsync("-");
            await Expect(ana.Page.Locator("[data-canned-picker]")).ToHaveCountAsync(0);
            await ana.Input.FillAsync("");
            await ana.Page.Keyboard.TypeAsync("/zeta");
            await Expect(ana.Page.Locator($"{Option}[aria-selected=true]")).ToContainTextAsync("zeta-um");
            await ana.Page.Keyboard.PressAsync("ArrowDown");
            await Expect(ana.Page.Locator($"{Option}[aria-selected=true]")).ToContainTextAsync("zeta-dois");
            await ana.Page.Keyboard.PressAsync("ArrowDown");
            await ana.Page.Keyboard.PressAsync("Tab");
            await Expect(ana.Input).ToHaveValueAsync("terceira");
            await Expect(ana.Input).ToBeFocusedAsync();

            // Faster than the list, and what is of no response is an ordinary text.
            await ana.Input.FillAsync("");
            await ana.Page.Keyboard.TypeAsync("/zeta-tr");
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Input).ToHaveValueAsync("terceira");
            await ana.Input.FillAsync("");
            await ana.Page.Keyboard.TypeAsync("/nenhumazz");
            await Expect(ana.Page.Locator(".canned-none")).ToBeVisibleAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Message("/nenhumazz")).ToHaveCountAsync(1);
        });

    [Fact]
    public async Task What_is_not_known_is_shown_chosen_to_be_written_and_blocks_nothing() =>
        await browser.RunAsync(async visit =>
        {
            var nameless = world.NewCustomer("💐") with { Name = "💐" };
            await world.WriteAsync(nameless, "oi");
            var ana = await world.OpenAsync(visit, "settings/canned");
            await WriteAsync(ana.Page, "falta", "", "Oi, {{contact.first_name}}! Sou {{agent.first_name}}.");
            await ana.Page.SetViewportSizeAsync(390, 844);
            await ana.OpenAsync(nameless);

            await ana.Input.FocusAsync();
            await ana.Page.Keyboard.TypeAsync("/falta");
            await Expect(ana.Page.Locator($"{Option} .var.miss")).ToHaveTextAsync("[primeiro nome do cliente]");
            (await ana.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0);
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await Expect(ana.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Locator(Option).First.ClickAsync();
            await Expect(ana.Input).ToHaveValueAsync("Oi, [primeiro nome do cliente]! Sou Ana.");
            await Expect(ana.Page.Locator("[data-unfilled]")).ToBeVisibleAsync();
            await Expect(ana.Page.Locator("[data-send]")).ToBeEnabledAsync();
            await ana.Page.Keyboard.TypeAsync("Flor");

            await Expect(ana.Input).ToHaveValueAsync("Oi, Flor! Sou Ana.");
            await Expect(ana.Page.Locator("[data-unfilled]")).ToBeHiddenAsync();
        });

    [Fact]
    public async Task Deleted_response_comes_back_by_its_undo() =>
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "settings/canned");
            await WriteAsync(ana.Page, "some", "Teste", "some e volta");
            var row = ana.Page.Locator("#main li", new() { HasText = "/some" });
            await row.Locator("[aria-label='Excluir /some']").ClickAsync();
            await Expect(row).ToHaveCountAsync(0);

            await ana.Page.Keyboard.PressAsync("z");

            await Expect(row).ToContainTextAsync("some e volta");
        });

    private static async Task WriteAsync(IPage page, string code, string folder, string text, bool save = true)
    {
        await page.Locator(".page-head .btn-primary").ClickAsync();
        await page.Locator("#canned-code").FillAsync(code);
        await page.Locator("#canned-folder").FillAsync(folder);
        await page.Locator("#canned-text").FillAsync(text);
        if (save)
        {
            await page.Locator("dialog form .btn-primary").ClickAsync();
            await Expect(page.Locator("dialog form")).ToHaveCountAsync(0);
            await Expect(page.Locator("#main li", new() { HasText = $"/{code}" })).ToBeVisibleAsync();
        }
    }
}
