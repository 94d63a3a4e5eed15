using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

[Collection(typeof(HouseGroup))]
public sealed class MacroBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Macro_is_written_by_keys_run_from_the_thread_the_palette_and_on_a_selection() =>
        await browser.RunAsync(async visit =>
        {
            var (vera, nilo) = (world.NewCustomer("Vera"), world.NewCustomer("Nilo"));
            var tag = Guid.NewGuid().ToString("N")[..6];
            var (answers, sorts) = ($"Encerrar entrega {tag}", $"Vira urgente {tag}");
            await world.WriteAsync(vera, "chegou, obrigada");
            await world.WriteAsync(nilo, "e o meu?");
            var id = await world.ConversationAsync(vera);
            var settings = (await world.OpenAsync(visit, "settings/macros")).Page;
            await settings.Locator(".page-head .btn-primary").ClickAsync();
            await settings.GetByLabel("Nome").FillAsync(answers);
            await AddAsync(settings, "Situação");
            await AddAsync(settings, "Prioridade");
            await AddAsync(settings, "Enviar mensagem");
            await Expect(settings.Locator(".macro-step textarea")).ToBeFocusedAsync();
            await settings.Keyboard.TypeAsync("Que bom, {{contact.first_name}}! Até a próxima.");
            await settings.GetByRole(AriaRole.Button, new() { Name = "Subir o passo 3" }).FocusAsync();
            await settings.Keyboard.PressAsync("Enter");
            await Expect(settings.GetByRole(AriaRole.Button, new() { Name = "Subir o passo 2" })).ToBeFocusedAsync();
            await settings.Keyboard.PressAsync("Enter");
            await Expect(settings.Locator(".macro-edit li").First).ToContainTextAsync("Enviar mensagem");
            await settings.GetByRole(AriaRole.Button, new() { Name = "Descer o passo 2" }).ClickAsync();
            await settings.ShouldBeAccessibleAsync();
            await settings.GetByRole(AriaRole.Button, new() { Name = "Salvar" }).ClickAsync();
            var row = settings.Locator(".plain-list li", new() { HasText = answers });
            await Expect(row).ToContainTextAsync("Enviar mensagem → Prioridade: Alta → Resolver");
            await settings.Locator(".page-head .btn-primary").ClickAsync();
            await settings.GetByLabel("Nome").FillAsync(sorts);
            await AddAsync(settings, "Prioridade");
            await settings.GetByRole(AriaRole.Button, new() { Name = "Salvar" }).ClickAsync();
            await Expect(settings.Locator(".plain-list li", new() { HasText = sorts })).ToBeVisibleAsync();

            var ana = await world.OpenAsync(visit, $"inbox/{id}");
            await ana.ReadyAsync();
            var page = ana.Page;
            await page.Locator(".thread-head h1").FocusAsync();
            await page.Keyboard.PressAsync("m");
            await Expect(page.GetByRole(AriaRole.Option, new() { Name = answers })).ToBeVisibleAsync();
            await page.Keyboard.TypeAsync($"encer{tag}");
            await Expect(page.Locator(".macro-picker [role=option]")).ToHaveCountAsync(1);
            await Expect(page.Locator(".macro-preview")).ToContainTextAsync("Que bom, Vera! Até a próxima.");
            await page.ShouldBeAccessibleAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".toasts")).ToContainTextAsync($"Macro {answers} executada");
            await Expect(ana.Message("Que bom, Vera! Até a próxima.")).ToHaveCountAsync(1);
            await Expect(page.Locator(".messages .sys").Filter(new() { HasText = $"executou a macro {answers}" })).ToHaveCountAsync(1);
            await Expect(page.Locator(".thread-head")).ToContainTextAsync("Reabrir");
            await Wait.UntilAsync(
                () => Task.FromResult(world.Sandbox.Sends(world.Shop.Name).Count(s => s.Text == "Que bom, Vera! Até a próxima.") == 1),
                "the answer at the gateway",
                20
            );
            await page.Keyboard.PressAsync("z");
            await Expect(page.Locator(".toasts")).ToContainTextAsync("O que foi enviado ou anotado fica");
            await Expect(page.Locator(".thread-head")).ToContainTextAsync("Resolver");

            await page.Keyboard.PressAsync("Control+k");
            await page.Locator("#palette-input").FillAsync(sorts);
            await page.GetByRole(AriaRole.Option, new() { Name = sorts, Exact = true }).ClickAsync();
            await Expect(page.Locator(".macro-preview")).ToContainTextAsync("Prioridade: Alta");
            await page.Keyboard.PressAsync("Escape");

            await ana.Row(vera).Locator("> .avatar").ClickAsync();
            await ana.Row(nilo).Locator("> .avatar").ClickAsync();
            await page.Keyboard.PressAsync("m");
            await Expect(page.GetByRole(AriaRole.Option, new() { Name = answers })).ToHaveAttributeAsync("aria-disabled", "true");
            await page.Keyboard.TypeAsync($"urgente {tag}");
            await Expect(page.Locator(".macro-picker [role=option]")).ToHaveCountAsync(1);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".toasts")).ToContainTextAsync($"Macro {sorts} executada em 2 conversas");
            await Expect(ana.Row(nilo).Locator(".priority")).ToHaveTextAsync("Alta");
            await ana.ShouldNotHaveReloadedAsync();
        });

    private static Task AddAsync(IPage page, string step) =>
        page.GetByRole(AriaRole.Group, new() { Name = "Adicionar passo" }).GetByRole(AriaRole.Button, new() { Name = step }).ClickAsync();
}
