using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

[Collection(typeof(BrowsingGroup))]
public sealed class DraftTests(Browser browser, ConsoleWorld world)
{
    [Theory]
    [InlineData("pt-BR", "Rascunho:")]
    [InlineData("en", "Draft:")]
    public async Task Draft_survives_a_reload_and_the_list_names_it(string language, string word) =>
        await browser.RunAsync(async visit =>
        {
            var karen = world.NewCustomer("Karen");
            await world.WriteAsync(karen, "e o prazo?");
            var ana = await world.OpenAsync(visit, "inbox", language);
            await ana.OpenAsync(karen);
            await ana.Input.FillAsync("O prazo é de três d");

            await ana.Page.ReloadAsync();

            await Expect(ana.Input).ToHaveValueAsync("O prazo é de três d");
            await ana.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/inbox");
            await Expect(ana.Row(karen)).ToContainTextAsync($"{word} O prazo é de três d");
        });

    [Fact]
    public async Task Drafts_leave_the_browser_with_their_person_and_nobody_elses_do() =>
        await browser.RunAsync(async visit =>
        {
            var karen = world.NewCustomer("Karen");
            await world.WriteAsync(karen, "e o prazo?");
            var ana = await world.OpenAsync(visit, "inbox", ownSession: true);
            await ana.OpenAsync(karen);
            await ana.Input.FillAsync("O prazo é de três d");
            await ana.Input.BlurAsync();
            var store = await ana.Page.EvaluateAsync<string>("Object.keys(localStorage).find(k => k.includes('/draft/')).split('/')[1]");
            await ana.Page.EvaluateAsync("localStorage.setItem('inbox/somebody-else/x/draft/1', 'mine')");
            var second = await ana.Page.Context.NewPageAsync();
            await second.GotoAsync(ana.Page.Url);
            await Expect(second.Locator("[data-input]")).ToHaveValueAsync("O prazo é de três d");

            await ana.Page.Locator(".profile").ClickAsync();
            await ana.Page.Locator("form[data-forget] button").ClickAsync();
            await ana.Page.WaitForURLAsync("**/sign-in");
            await second.WaitForURLAsync("**/sign-in");
            await second.WaitForLoadStateAsync();

            var kept = await ana.Page.EvaluateAsync<string[]>("Object.keys(localStorage)");
            kept.ShouldNotContain(k => k.Contains(store, StringComparison.Ordinal));
            kept.ShouldContain("inbox/somebody-else/x/draft/1");
        });
}
