using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What a customer writes is before everybody at once.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class ArrivalTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Message_appears_in_two_browsers_and_reading_it_in_one_clears_it_in_both() =>
        await browser.RunAsync(async visit =>
        {
            var (carlos, diana) = (world.NewCustomer("Carlos"), world.NewCustomer("Diana"));
            var ana = await world.OpenAsync(visit, "inbox");
            var bia = await world.OpenAsync(visit, "inbox", asAgent: true);
            InboxWindow[] windows = [ana, bia];
            // WhatsApp tells whole seconds: within one, neither is the later.
            await world.WriteAsync(carlos, new SandboxWrite { Text = "bom dia", At = Ago(20) });
            await world.WriteAsync(diana, new SandboxWrite { Text = "boa tarde", At = Ago(10) });
            await EachAsync(windows, w => Expect(Two(w).First).ToContainTextAsync(diana.Name));
            await EachAsync(windows, w => Expect(Two(w).Last).ToContainTextAsync(carlos.Name));

            var last = await world.WriteAsync(carlos, "tem alguém aí?");

            await EachAsync(
                windows,
                async w =>
                {
                    await Expect(Two(w).First).ToContainTextAsync(carlos.Name);
                    await Expect(Two(w).First).ToContainTextAsync("tem alguém aí?");
                    await Expect(w.Row(carlos)).ToHaveClassAsync(new Regex("unread"));
                    await Expect(w.Row(carlos).Locator(".count")).ToHaveTextAsync("2");
                }
            );

            await ana.ClickAsync(carlos);

            await Expect(ana.Message("bom dia")).ToBeVisibleAsync();
            await EachAsync(windows, w => Expect(w.Row(carlos)).Not.ToHaveClassAsync(new Regex("unread")));
            await Wait.UntilAsync(() => world.Sandbox.ReadLog().Any(l => l.Kind == "read" && l.Message == last), "the blue tick", 30);
            await EachAsync(windows, w => w.ShouldNotHaveReloadedAsync());

            ILocator Two(InboxWindow window) =>
                window.Rows.Filter(new LocatorFilterOptions { HasTextRegex = new Regex($"{carlos.Name}|{diana.Name}") });
        });

    private static long Ago(int seconds) => DateTimeOffset.UtcNow.AddSeconds(-seconds).ToUnixTimeSeconds();

    private static Task EachAsync(IEnumerable<InboxWindow> windows, Func<InboxWindow, Task> look) => Task.WhenAll(windows.Select(look));
}
