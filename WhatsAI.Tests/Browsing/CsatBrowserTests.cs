using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>The customer is asked after a resolution, and what he says is seen where he was served.</summary>
[Collection(typeof(HouseGroup))]
public sealed class CsatBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Question_of_the_settings_is_asked_after_a_resolution_and_its_answer_opens_nothing() =>
        await browser.RunAsync(async visit =>
        {
            var customer = world.NewCustomer("Satisfeita");
            await world.WriteAsync(customer, "vocês consertam?");
            var page = (await world.OpenAsync(visit, "settings/csat")).Page;
            await page.GetByLabel("Perguntar depois de resolver").CheckAsync();
            await page.GetByLabel("Pergunta", new() { Exact = true }).FillAsync("{{contact.first_name}}, que nota de 1 a 5? {{");
            await page.Locator(".card-foot .btn-primary").ClickAsync();
            await Expect(page.Locator("form.card")).ToContainTextAsync("}}");
            await page.GetByLabel("Pergunta", new() { Exact = true }).FillAsync("{{contact.first_name}}, que nota de 1 a 5?");
            await Expect(page.Locator(".csat-preview")).ToContainTextAsync("Marina, que nota de 1 a 5?");
            await page.ShouldBeAccessibleAsync();
            await page.Locator(".card-foot .btn-primary").ClickAsync();
            await Expect(page.Locator(".toasts")).ToContainTextAsync("os clientes recebem a pergunta");

            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(customer)}");
            await ana.ReadyAsync();
            await ana.SendAsync("consertamos sim");
            // Stored, not only shown: who resolves before that resolves what nobody has answered.
            await Expect(ana.Page.Locator(".msg.out:not(.local)", new() { HasText = "consertamos sim" })).ToHaveCountAsync(1);
            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("e");
            await Expect(ana.Page.Locator(".messages")).ToContainTextAsync("resolveu a conversa");
            (await world.ChangeAsync("UPDATE surveys SET due_at = now() WHERE due_at IS NOT NULL")).ShouldBe(1);
            (
                await world.ChangeAsync("UPDATE work_list SET due_at = now() WHERE kind = 'Later' AND due_at IS NOT NULL")
            ).ShouldBeGreaterThan(0);
            await Expect(ana.Message("que nota de 1 a 5?")).ToBeVisibleAsync(new() { Timeout = 20_000 });
            await Expect(ana.Page.Locator(".contact-pane")).ToContainTextAsync("perguntado, ainda sem resposta");

            await world.WriteAsync(customer, "⭐⭐⭐⭐");
            await Expect(ana.Page.Locator(".messages")).ToContainTextAsync("O cliente deu nota 4 de 5");
            await Expect(ana.Message("Obrigado pela sua avaliação!")).ToBeVisibleAsync();
            await Expect(ana.Page.Locator(".contact-pane")).ToContainTextAsync("4 de 5");
            await Expect(ana.Page.Locator(".contact-pane")).ToContainTextAsync("Resolvida");
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.ShouldNotHaveReloadedAsync();

            await page.GetByLabel("Perguntar depois de resolver").UncheckAsync();
            await page.Locator(".card-foot .btn-primary").ClickAsync();
            await Expect(page.Locator(".toasts")).ToContainTextAsync("ninguém recebe a pergunta");
            await page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/analytics");
            await Expect(page.Locator(".figures:not(.figures-now)")).ToContainTextAsync("4 de 5");
        });
}
