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
}
