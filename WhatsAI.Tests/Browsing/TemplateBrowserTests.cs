using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A campaign's message from the first word to one that somebody else saved meanwhile.</summary>
[Collection(typeof(HouseGroup))]
public sealed class TemplateBrowserTests(Browser browser, ConsoleWorld world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Template_is_written_previewed_kept_and_saved_over_anothers_words_only_by_choice() =>
        await browser.RunAsync(async visit =>
        {
            var name = $"Natal {Guid.NewGuid().ToString("N")[..6]}";
            var nadia = world.NewCustomer("<img src=x onerror=alert('nome')>Nádia");
            await world.WriteAsync(nadia, "oi");
            await world.ConversationAsync(nadia);
            var window = await world.OpenAsync(visit, "campaigns/templates");
            var page = window.Page;
            page.Dialog += (_, dialog) => visit.Errors.Enqueue("dialog: " + dialog.Message);
            await page.GetByRole(AriaRole.Link, new() { Name = "Novo modelo" }).First.ClickAsync();
            await page.GetByLabel("Nome", new() { Exact = true }).FillAsync(name);

            // A variable by the keyboard, and words typed faster than the server answers: none is lost.
            var text = page.Locator("#variant-A");
            await text.FocusAsync();
            await page.Keyboard.TypeAsync("Oi ");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".menu:popover-open [role=menuitem]").First).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("ArrowDown");
            await page.Keyboard.PressAsync("Enter");
            await Expect(text).ToHaveValueAsync("Oi {{contact.name}}");
            await page.Keyboard.TypeAsync(", já viu {{contact.cpf}} as nossas *ofertas de Natal*? Só até sexta-feira, na sua loja.");
            await Expect(text)
                .ToHaveValueAsync(
                    "Oi {{contact.name}}, já viu {{contact.cpf}} as nossas *ofertas de Natal*? Só até sexta-feira, na sua loja."
                );
            await Expect(page.Locator(".marks .bad")).ToHaveTextAsync("{{contact.cpf}}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Mostrar onde" }).ClickAsync();
            await page.Keyboard.TypeAsync("{{campaign.onde}}");
            await Expect(page.Locator(".variant-problems")).ToHaveCountAsync(0);

            await page.Locator(".variable-use", new() { HasText = "Nome completo" }).GetByRole(AriaRole.Textbox).FillAsync("cliente");
            await page.Keyboard.PressAsync("Tab");
            await Expect(text).ToHaveValueAsync(new Regex(@"^Oi \{\{contact\.name\|cliente\}\}"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Adicionar variante" }).ClickAsync();
            await page.Locator("#variant-B").FillAsync("{{contact.name|Olá}}, chegou o *Natal*.");
            await page.GetByLabel("Peso").First.FillAsync("3");
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.Locator(".variant-share").First).ToHaveTextAsync("75% das pessoas");
            var png = await page.ScreenshotAsync(
                new()
                {
                    Clip = new() { Width = 200, Height = 150 },
                }
            );
            await page.Locator(".template-drop input:not([hidden])")
                .SetInputFilesAsync(
                    new FilePayload
                    {
                        Name = "natal.png",
                        MimeType = "image/png",
                        Buffer = png,
                    }
                );
            await Expect(page.Locator(".preview-one .picture img")).ToHaveCountAsync(2);
            (
                await page.Locator(".preview-one .picture img").First.EvaluateAsync<bool>("i => i.decode().then(() => i.naturalWidth > 0)")
            ).ShouldBeTrue();

            // As a person would read it, whatever he calls himself.
            await page.GetByRole(AriaRole.Button, new() { Name = "Ver como um contato veria" }).ClickAsync();
            await page.Locator("dialog[open]").GetByPlaceholder("Nome, telefone, etiqueta ou campo").FillAsync(nadia.Phone);
            // Those who were listed before the number was typed are gone.
            await Expect(page.Locator(".person-list button")).ToHaveCountAsync(1);
            await page.Locator(".person-list button").ClickAsync();
            await Expect(page.Locator(".preview-one .words").Last).ToHaveTextAsync($"{nadia.Name}, chegou o Natal.");
            await page.ShouldBeAccessibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Salvar" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/campaigns/templates/[0-9a-f-]{36}$"));
            await Expect(page.Locator("h1")).ToHaveTextAsync(name);

            // What is not saved is not left by a slip, and not written over by another's.
            await page.Locator("#variant-B").FillAsync("O meu texto");
            await page.GetByRole(AriaRole.Link, new() { Name = "Modelos" }).First.ClickAsync();
            await Expect(page.Locator("dialog[open]")).ToContainTextAsync("Sair sem salvar?");
            await page.GetByRole(AriaRole.Button, new() { Name = "Ficar aqui" }).ClickAsync();
            await ByAnotherAsync(name);
            await Expect(page.Locator(".template-page .banner")).ToContainTextAsync("Outra pessoa salvou");
            await Expect(page.Locator("#variant-B")).ToHaveValueAsync("O meu texto");
            await page.GetByRole(AriaRole.Button, new() { Name = "Manter o meu" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Salvar" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Salvar" })).ToBeDisabledAsync();
            await Expect(page.Locator(".page-head [role=status]")).ToBeEmptyAsync();
            (await OneAsync(name)).Variants.Variants.Select(v => v.Text).Last().ShouldBe("O meu texto");

            await page.GetByRole(AriaRole.Link, new() { Name = "Modelos" }).First.ClickAsync();
            await page.GetByPlaceholder("Buscar pelo nome").FillAsync(name);
            // The list that was there before the words were looked for is drawn anew, its menus with it.
            await Expect(page).ToHaveURLAsync(new Regex("[?]q="));
            var row = page.Locator(".template-list li");
            await Expect(row).ToHaveCountAsync(1);
            await row.GetByRole(AriaRole.Button).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Arquivar" }).ClickAsync();
            await Expect(page.Locator(".templates .empty")).ToBeVisibleAsync();
            await page.Locator(".toasts .undo").ClickAsync();
            await Expect(row).ToHaveCountAsync(1);
        });

    private async Task<MessageTemplate> OneAsync(string name)
    {
        await using var scope = world.Enter(world.Shop.Tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        return await db.MessageTemplates.SingleAsync(t => t.Name == name, Ct);
    }

    private async Task ByAnotherAsync(string name)
    {
        var template = await OneAsync(name);
        await using var scope = world.Enter(world.Shop.Tenant);
        await scope
            .ServiceProvider.GetRequiredService<TemplateActions>()
            .ChangeAsync(
                template.Id,
                new TemplateForm(name, [new VariantDraft("A", "O texto de outra pessoa")], VariantMix.Fixed, null),
                template.Version,
                Ct
            );
    }
}
