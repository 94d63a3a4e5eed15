using System.Collections.Concurrent;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;

[assembly: AssemblyFixture(typeof(Browser))]

namespace WhatsAI.Tests.Common;

/// <summary>One Chromium for all tests, started by the first that asks; each window has cookies and storage of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] _flags =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A microphone that hums, for who records.
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Runs a test in browser windows. A failure leaves a picture of each window in artifacts/; an error in a window's console is a failure, unless
    /// <paramref name="expected"/> says that its text was meant to come.
    /// </summary>
    public async Task RunAsync(Func<Visit, Task> test, Func<string, bool>? expected = null)
    {
        await using var visit = new Visit(await StartedAsync());
        try
        {
            await test(visit);
            visit.Errors.Where(e => expected?.Invoke(e) is not true).ShouldBeEmpty("errors in the browser's console");
        }
        catch
        {
            await visit.PictureAsync(TestContext.Current.Test?.TestDisplayName ?? "browser");
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium",
                    Args = _flags,
                }
            );
        }
        finally
        {
            _starting.Release();
        }
    }
}

/// <summary>The windows of one test.</summary>
public sealed class Visit(IBrowser browser) : IAsyncDisposable
{
    private readonly List<IPage> _pages = [];

    /// <summary>What the windows' consoles and scripts complained about.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>A window of another person: nothing is shared with the other windows.</summary>
    public async Task<IPage> OpenAsync(
        string baseUrl = "about:blank",
        string language = "pt-BR",
        int width = 1440,
        int height = 900,
        ColorScheme theme = ColorScheme.Light,
        bool worker = false
    )
    {
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = baseUrl,
                Locale = language,
                TimezoneId = "America/Sao_Paulo",
                ColorScheme = theme,
                ReducedMotion = ReducedMotion.Reduce,
                // A page load that a worker answers cannot be stood in for.
                ServiceWorkers = worker ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
                ViewportSize = new ViewportSize { Width = width, Height = height },
            }
        );
        context.SetDefaultTimeout(15_000);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Errors.Enqueue($"{message.Text} ({message.Location})");
            }
        };
        _pages.Add(page);
        return page;
    }

    internal async Task PictureAsync(string name)
    {
        var file = string.Concat(name.Split(Path.GetInvalidFileNameChars())).Replace(' ', '-');
        foreach (var (page, index) in _pages.Where(p => !p.IsClosed).Select((p, i) => (p, i)))
        {
            var path = Path.Combine(Repository.Root, "artifacts", $"{file[..Math.Min(file.Length, 120)]}.{index}.png");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages)
        {
            await page.Context.DisposeAsync();
        }
    }
}

public static class Accessibility
{
    // A colour on its way, from one theme to the other for instance, has no contrast to judge: it is waited for.
    private const string Still = """
        async () => {
          for (let i = 0; i < 2; i++) await Promise.race([new Promise(requestAnimationFrame), new Promise((r) => setTimeout(r, 100))]);
          await Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished));
        }
        """;

    // Everything is checked; only what is found to be wrong is put together and handed over, not the hundreds of nodes that are right.
    private const string Run = "async () => (await axe.run(document, { reporter: 'no-passes' })).violations";

    private static readonly Lazy<string> Axe = new(() => new BundledAxeScriptProvider().GetScript());

    /// <summary>Fails when axe finds something serious or critical on the page as it is now.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        page.Frames.Count.ShouldBe(1, "frames would want looking into");
        // What is read anew stands there faint until it is.
        await Assertions.Expect(page.Locator(".old")).ToHaveCountAsync(0);
        await page.EvaluateAsync(Still);
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.EvaluateAsync(Axe.Value);
        }

        var found = (await page.EvaluateAsync<JsonElement>(Run)).Deserialize<Violation[]>(JsonSerializerOptions.Web)!;
        found
            .Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Impact} {v.Id}: {v.Help}\n  {string.Join("\n  ", v.Nodes.Take(3).Select(n => n.Html))}")
            .ShouldBeEmpty(page.Url);
    }

    private sealed record Violation(string Id, string? Impact, string Help, Node[] Nodes);

    private sealed record Node(string Html);
}
