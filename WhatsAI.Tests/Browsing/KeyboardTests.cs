using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>The inbox without a mouse.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class KeyboardTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Conversations_are_walked_answered_resolved_and_reopened_by_keys()
    {
        var number = await world.LinkAsync("Teclado");
        await browser.RunAsync(async visit =>
        {
            var (sara, tina) = (world.NewCustomer("Sara"), world.NewCustomer("Tina"));
            await world.WriteAsync(tina, new SandboxWrite { Text = "primeira", At = Ago(20) }, number);
            await world.WriteAsync(sara, new SandboxWrite { Text = "segunda", At = Ago(10) }, number);
            await world.ConversationAsync(tina, number);
            var saras = await world.ConversationAsync(sara, number);
            var ana = await world.OpenAsync(visit, $"inbox?number={number.Id}");
            await Expect(ana.Rows.First).ToContainTextAsync(sara.Name);
            await Expect(ana.Rows.Nth(1)).ToContainTextAsync(tina.Name);
            var keys = ana.Page.Keyboard;
            var head = ana.Page.Locator(".thread-head h1");

            await PressUntilAsync(ana.Page, "j", () => Expect(head).ToHaveTextAsync(sara.Name, Soon));
            await keys.PressAsync("j");
            await Expect(head).ToHaveTextAsync(tina.Name);
            await keys.PressAsync("k");
            await Expect(head).ToHaveTextAsync(sara.Name);
            await ana.ReadyAsync();

            await keys.PressAsync("r");
            await Expect(ana.Input).ToBeFocusedAsync();
            await keys.TypeAsync("je");
            await Expect(ana.Input).ToHaveValueAsync("je");
            await ana.Input.FillAsync("");
            await keys.PressAsync("Escape");
            await Expect(ana.Input).Not.ToBeFocusedAsync();

            var resolve = ana.Page.Locator(".thread-head [data-key=e]");
            await Expect(resolve).ToHaveTextAsync(new Regex("Resolver"));
            await keys.PressAsync("e");
            await Expect(resolve).ToHaveTextAsync(new Regex("Reabrir"));
            await Expect(ana.Page.Locator(".messages .sys")).ToContainTextAsync("resol");
            await keys.PressAsync("e");
            await Expect(resolve).ToHaveTextAsync(new Regex("Resolver"));

            ana.Page.Url.ShouldContain(saras.ToString());
            await keys.PressAsync("Escape");
            await Expect(ana.Page).ToHaveURLAsync(new Regex($@"/inbox\?number={number.Id}$"));
        });
    }

    [Theory]
    [InlineData("pt-BR", "conversas")]
    [InlineData("en", "inbox")]
    public async Task Palette_opens_the_inbox_and_the_question_mark_the_list_of_keys(string language, string inbox) =>
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "numbers", language);
            await Expect(ana.Page.Locator(".wall article").First).ToBeVisibleAsync();
            var palette = ana.Page.Locator("#palette");
            await ana.Page.Keyboard.PressAsync("Control+k");
            await Expect(palette).ToBeVisibleAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.TypeAsync(inbox);
            await Expect(palette.Locator("[role=option]").First).ToContainTextAsync(inbox, new() { IgnoreCase = true });
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Page).ToHaveURLAsync(new Regex("/inbox$"));
            await Expect(palette).ToBeHiddenAsync();
            await ana.ShouldNotHaveReloadedAsync();

            var help = ana.Page.Locator("#shortcuts");
            await ana.Page.Keyboard.PressAsync("?");
            await Expect(help).ToBeVisibleAsync();
            await Expect(help.Locator("kbd").GetByText("J", new() { Exact = true })).ToBeVisibleAsync();
            await ana.Page.ShouldBeAccessibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(help).ToBeHiddenAsync();
        });

    private static long Ago(int seconds) => DateTimeOffset.UtcNow.AddSeconds(-seconds).ToUnixTimeSeconds();

    private static LocatorAssertionsToHaveTextOptions Soon => new() { Timeout = 3000 };

    // The list's script may be a moment behind its rows.
    private static async Task PressUntilAsync(IPage page, string key, Func<Task> look)
    {
        await Wait.UntilAsync(
            async () =>
            {
                await page.Keyboard.PressAsync(key);
                try
                {
                    await look();
                    return true;
                }
                catch (PlaywrightException)
                {
                    await page.Keyboard.PressAsync("k");
                    return false;
                }
            },
            $"an answer to {key}",
            30
        );
    }
}
