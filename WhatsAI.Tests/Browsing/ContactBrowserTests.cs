using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A person from the settings' first field to a segment that selects him.</summary>
[Collection(typeof(HouseGroup))]
public sealed class ContactBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Contact_is_added_described_asked_found_and_selected_by_a_segment() =>
        await browser.RunAsync(async visit =>
        {
            var mark = Guid.NewGuid().ToString("N")[..6];
            var (field, tag, name, segment) = ($"Cidade {mark}", $"Ouro {mark}", $"Zulmira {mark}", $"De Osasco {mark}");
            var page = (await world.OpenAsync(visit, "settings/contacts")).Page;
            await page.GetByRole(AriaRole.Button, new() { Name = "Novo campo" }).ClickAsync();
            await page.Locator("dialog").GetByLabel("Nome").FillAsync(field);
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator(".plain-list li", new() { HasText = field })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Nova etiqueta" }).ClickAsync();
            await page.Locator("dialog").GetByLabel("Nome").FillAsync(tag);
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator(".plain-list li", new() { HasText = tag })).ToBeVisibleAsync();

            page = (await world.OpenAsync(visit, "contacts")).Page;
            await page.Locator(".page-head .btn-primary").ClickAsync();
            await page.Locator("#new-phone").FillAsync("12");
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator("dialog .banner")).ToContainTextAsync("telefone");
            await page.Locator("#new-phone").FillAsync($"(11) 9{Random.Shared.Next(10_000_000, 99_999_999)}");
            await page.Locator("dialog").GetByLabel("Nome").FillAsync(name);
            await page.ShouldBeAccessibleAsync();
            await page.Keyboard.PressAsync("Enter");

            // On his own page: a field, a tag, what he agreed to.
            await Expect(page.Locator("h1")).ToHaveTextAsync(name);
            await page.GetByLabel(field).FillAsync("Osasco");
            await page.GetByRole(AriaRole.Button, new() { Name = "Salvar" }).ClickAsync();
            await Expect(page.Locator(".toasts")).ToContainTextAsync("Salvo");
            await page.GetByRole(AriaRole.Button, new() { Name = tag }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = tag })).ToHaveAttributeAsync("aria-pressed", "true");
            await page.GetByRole(AriaRole.Button, new() { Name = "Registrar consentimento" }).ClickAsync();
            await page.GetByLabel("O que comprova").FillAsync("pediu no balcão");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page.Locator(".consent-history")).ToContainTextAsync("pediu no balcão");
            await Expect(page.Locator(".page-head .pill")).ToContainTextAsync("Aceitou");

            // Found by what the field says, and selected by a segment that says so.
            await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/contacts");
            await page.GetByPlaceholder("Nome, telefone, etiqueta ou campo").FillAsync($"osasco {mark}");
            await Expect(page.Locator(".contact-table tbody a")).ToHaveCountAsync(1);
            await Expect(page).ToHaveURLAsync(new Regex(@"\?q="));
            await page.GetByRole(AriaRole.Button, new() { Name = "Limpar filtros" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Novo segmento" }).ClickAsync();
            await page.Locator("#segment-name").FillAsync(segment);
            await page.GetByLabel("O que se pergunta").SelectOptionAsync(new SelectOptionValue { Label = field });
            // What was not said yet is not wrong; what was said is.
            await Expect(page.Locator("dialog .card")).ToContainTextAsync("Ainda não contado");
            await Expect(page.Locator("dialog .why")).ToHaveCountAsync(0);
            await page.GetByLabel("Valor").FillAsync(";");
            await page.GetByLabel("Valor").PressAsync("Tab");
            await Expect(page.Locator("dialog .why")).ToContainTextAsync("Diga com o que comparar");
            await page.GetByLabel("Valor").FillAsync("OSASCO; Santos");
            await page.GetByLabel("Valor").PressAsync("Tab");
            await Expect(page.Locator("dialog .card")).ToContainTextAsync("1 contato");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog .btn-primary").ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex(@"\?segment="));
            await Expect(page.Locator(".contact-table tbody a")).ToHaveTextAsync([new Regex(name)]);

            await page.GetByLabel($"Selecionar {name}").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Tirar etiqueta" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = tag }).ClickAsync();
            await Expect(page.Locator(".contact-table .tag")).ToHaveCountAsync(0);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await page.ShouldBeAccessibleAsync();

            var bia = (await world.OpenAsync(visit, "inbox", asAgent: true)).Page;
            await Expect(bia.Locator(".app-rail a[href$='/contacts']")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task Two_contacts_become_one_and_two_again_and_one_is_forgotten() =>
        await browser.RunAsync(async visit =>
        {
            var (name, ending) = ($"Gêmea {Guid.NewGuid().ToString("N")[..6]}", Random.Shared.Next(60_000_000, 99_999_999));
            var page = (await world.OpenAsync(visit, "contacts")).Page;
            foreach (var phone in new[] { $"(11) 9{ending}", $"+351 9{ending}" })
            {
                await page.Locator(".page-head .btn-primary").ClickAsync();
                await page.Locator("#new-phone").FillAsync(phone);
                await page.Locator("dialog").GetByLabel("Nome").FillAsync(name);
                await page.Keyboard.PressAsync("Enter");
                await Expect(page.Locator("h1")).ToHaveTextAsync(name);
                await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/contacts");
            }

            await page.GetByRole(AriaRole.Link, new() { Name = "Repetidos" }).ClickAsync();
            var pair = page.Locator(".duplicate-list > li", new() { HasText = name });
            await Expect(pair).ToContainTextAsync("Para conferir");
            await page.ShouldBeAccessibleAsync();
            await pair.Locator(".btn-primary").ClickAsync();
            await Expect(pair).ToHaveCountAsync(0);
            var merged = page.Locator("[aria-labelledby=merged-lately] li", new() { HasText = name });
            await merged.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(merged).ToContainTextAsync("Desfeito");

            await merged.GetByRole(AriaRole.Link).ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync(name);
            var own = page.Url;
            await page.GetByRole(AriaRole.Button, new() { Name = "Esquecer esta pessoa" }).ClickAsync();
            await Expect(page.Locator("dialog .btn-danger")).ToBeDisabledAsync();
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog[open] input").FillAsync(name);
            await page.Locator("dialog .btn-danger").ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/contacts$"));
            await page.GotoAsync(own);
            await Expect(page.Locator(".empty-title")).ToBeVisibleAsync();
        });
}
