using Microsoft.Playwright;

namespace WhatsAI.Tests.Common;

/// <summary>The browser tests stand on these: a fixture that sees nothing would let every page pass.</summary>
public sealed class BrowserTests(Browser browser)
{
    [Fact]
    public async Task Page_without_fault_passes() =>
        await browser.RunAsync(async visit =>
        {
            var page = await visit.OpenAsync();
            await page.SetContentAsync("<html lang=en><title>Fine</title><main><h1>Fine</h1></main>");

            await page.ShouldBeAccessibleAsync();
        });

    [Fact]
    public async Task Console_error_fails_the_test()
    {
        var run = () =>
            browser.RunAsync(async visit =>
            {
                var page = await visit.OpenAsync();
                await page.EvaluateAsync("console.error('broken')");
            });

        (await Assert.ThrowsAsync<ShouldAssertException>(run)).Message.ShouldContain("broken");
    }

    [Fact]
    public async Task Serious_violation_fails_the_test()
    {
        var run = () =>
            browser.RunAsync(async visit =>
            {
                var page = await visit.OpenAsync();
                await page.SetContentAsync("<html lang=en><title>Bad</title><main><h1>Bad</h1><button></button></main>");
                await page.ShouldBeAccessibleAsync();
            });

        (await Assert.ThrowsAsync<ShouldAssertException>(run)).Message.ShouldContain("button-name");
    }

    [Fact]
    public async Task Windows_share_no_cookies() =>
        await browser.RunAsync(async visit =>
        {
            var ana = await visit.OpenAsync();
            var bia = await visit.OpenAsync();
            await ana.Context.AddCookiesAsync([
                new Cookie
                {
                    Name = "a",
                    Value = "1",
                    Url = "http://localhost",
                },
            ]);

            (await bia.Context.CookiesAsync()).ShouldBeEmpty();
        });
}
