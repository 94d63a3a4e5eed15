using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What holds on every page of a company, whichever it is.</summary>
[Collection(typeof(HouseGroup))]
public sealed partial class EveryPageTests(Browser browser, ConsoleWorld world)
{
    // What looks like a key and is none has elements of its own: names of files and people, of events, code.
    private const string Words = """
        () => {
          const texts = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const parent = walk.currentNode.parentElement;
            if (!parent.closest('script, style, code, pre, bdi, .mono, .payload, .icon')) texts.push(walk.currentNode.nodeValue.trim());
          }
          for (const el of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
            for (const name of ['aria-label', 'title', 'placeholder', 'alt']) if (el.getAttribute(name)) texts.push(el.getAttribute(name).trim());
          texts.push(document.title);
          return texts.filter((t) => t);
        }
        """;

    [Fact]
    public async Task Every_page_is_accessible_in_both_themes_fits_every_width_and_speaks_Portuguese()
    {
        var ids = await ConsolePages.IdsAsync(world);
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "inbox");
            foreach (var path in ConsolePages.All(ids))
            {
                await ShowAsync(ana, path);
                await ShouldSpeakAsync(ana.Page, path, "pt-BR");
                foreach (var (width, height) in new[] { (1440, 900), (1024, 768), (390, 844) })
                {
                    await ana.Page.SetViewportSizeAsync(width, height);
                    await ShouldFitAsync(ana.Page);
                    // Its checks take seconds: each theme once, in the two shapes that a page has.
                    if (width != 1024)
                    {
                        await ShouldBeAccessibleInAsync(ana.Page, width == 390 ? ColorScheme.Light : ColorScheme.Dark);
                    }
                }
            }
        });
    }

    [Fact]
    public async Task Every_page_speaks_English_to_those_who_read_it()
    {
        var ids = await ConsolePages.IdsAsync(world);
        await browser.RunAsync(async visit =>
        {
            var ana = await world.OpenAsync(visit, "inbox", "en");
            foreach (var path in ConsolePages.All(ids))
            {
                await ShowAsync(ana, path);
                await ShouldSpeakAsync(ana.Page, path, "en");
            }
        });
    }

    private static async Task ShouldSpeakAsync(IPage page, string path, string language)
    {
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language);
        var words = await page.EvaluateAsync<string[]>(Words);
        words.ShouldNotBeEmpty();
        words.Where(w => Key().IsMatch(w)).ShouldBeEmpty($"{path} in {language}");
    }

    private async Task ShowAsync(InboxWindow window, string path)
    {
        await window.Page.SetViewportSizeAsync(1440, 900);
        // From the start: a colour on its way from one theme to the other has no contrast to judge.
        await window.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        await window.Page.GotoAsync($"/t/{world.Shop.Tenant.Slug}/{path}");
        await Expect(window.Page.Locator("h1").First).ToBeAttachedAsync();
        await Expect(window.Page.Locator(".sk, [aria-busy=true]")).ToHaveCountAsync(0);
        if (path.StartsWith("inbox/", StringComparison.Ordinal))
        {
            await window.ReadyAsync();
            await Expect(window.Page.Locator(".media-wait:not(.failed)")).ToHaveCountAsync(0);
        }
    }

    private static async Task ShouldFitAsync(IPage page)
    {
        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        wide.ShouldBeLessThanOrEqualTo(0, $"{page.Url} is wider than {page.ViewportSize!.Width}");
    }

    private static async Task ShouldBeAccessibleInAsync(IPage page, ColorScheme theme)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", theme == ColorScheme.Dark ? "dark" : "light");
        try
        {
            await page.ShouldBeAccessibleAsync();
        }
        catch (ShouldAssertException e)
        {
            throw new ShouldAssertException($"{theme} at {page.ViewportSize!.Width}: {e.Message}", e);
        }
    }

    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    private static partial Regex Key();
}
