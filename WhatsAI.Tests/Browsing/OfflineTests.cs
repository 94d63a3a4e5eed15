using System.Text.Json;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>The console as an installed app: what the browser keeps of it, and what it shows while nobody answers.</summary>
[Collection(typeof(HouseGroup))]
public sealed class OfflineTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Page_that_says_so_stands_in_for_a_server_that_is_away_and_comes_back_by_itself()
    {
        await using var gate = new TcpGate(new Uri(world.Console.Address));
        await browser.RunAsync(
            async visit =>
            {
                var page = await visit.OpenAsync(gate.Address.ToString(), "en", worker: true);
                await page.GotoAsync("/sign-in");
                await page.EvaluateAsync(
                    "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ?? new Promise(r => navigator.serviceWorker.oncontrollerchange = r)).then(() => true)"
                );
                var kept = await page.EvaluateAsync<string[]>(
                    "caches.keys().then((names) => Promise.all(names.map((n) => caches.open(n).then((c) => c.keys())))).then((all) => all.flat().map((r) => new URL(r.url).pathname))"
                );
                kept.Order().ShouldBe(["/css/offline.css", "/favicon.svg", "/js/offline.js", "/js/theme.js", "/offline"]);

                gate.Turn(open: false);
                await page.GotoAsync("/sign-in?returnUrl=%2Fprofile");
                await Expect(page.Locator("h1:visible")).ToHaveTextAsync("No connection to the console");
                await Expect(page).ToHaveURLAsync($"{gate.Address}sign-in?returnUrl=%2Fprofile");
                await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
                await page.ShouldBeAccessibleAsync();
                await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
                await page.SetViewportSizeAsync(390, 844);
                await page.ShouldBeAccessibleAsync();
                (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0);

                gate.Turn(open: true);
                await Expect(page.Locator("[name='Form.Email']")).ToBeVisibleAsync();
                await Expect(page).ToHaveURLAsync($"{gate.Address}sign-in?returnUrl=%2Fprofile");
            },
            error => error.Contains("ERR_", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("pt-BR", "Conversas")]
    [InlineData("en", "Inbox")]
    public async Task Manifest_names_icons_that_are_there_and_speaks_the_readers_language(string language, string inbox) =>
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync(world.Console.Address, language);
            await page.GotoAsync("/sign-in");
            var path = await page.Locator("link[rel=manifest]").GetAttributeAsync("href");
            var answer = await page.APIRequest.GetAsync(path!);

            answer.Headers["content-type"].ShouldStartWith("application/manifest+json");
            using var manifest = JsonDocument.Parse(await answer.TextAsync());
            var root = manifest.RootElement;
            (root.GetProperty("display").GetString(), root.GetProperty("start_url").GetString()).ShouldBe(("standalone", "/"));
            root.GetProperty("shortcuts")[0].GetProperty("name").GetString().ShouldBe(inbox);
            root.GetProperty("icons").EnumerateArray().Select(i => i.GetProperty("purpose").GetString()).ShouldContain("maskable");
            foreach (var icon in root.GetProperty("icons").EnumerateArray())
            {
                var size = await page.EvaluateAsync<string>(
                    "async (src) => { const picture = new Image(); picture.src = src; await picture.decode(); return `${picture.naturalWidth}x${picture.naturalHeight}`; }",
                    icon.GetProperty("src").GetString()
                );
                size.ShouldBe(icon.GetProperty("sizes").GetString());
            }

            (await page.APIRequest.GetAsync("/favicon.ico")).Status.ShouldBe(200);
            (await page.APIRequest.GetAsync("/no-such.css", new() { MaxRedirects = 0 })).Status.ShouldBe(404);
        });
}
