using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Everything a customer writes is text. An error in the console, a refusal by the content security policy among them, fails the test too.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class HostileTextTests(Browser browser, ConsoleWorld world)
{
    private static readonly string[] _texts =
    [
        "<script>alert('script')</script>",
        "<img src=x onerror=alert('img')>",
        "<svg onload=alert('svg')><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "javascript:alert('link') e data:text/html,<b>x</b>",
        "https://exemplo.com.br/\"onmouseover=\"alert(1)",
        "*<b>negrito</b>* _<i onclick=alert(1)>x</i>_ ```</pre><script>alert(1)</script>```",
        "pedido \u202Egpj.exe\u202C e \u2066isolado\u2069",
        "zero\u200Blargura\u200D\uFEFF\u2060fim",
        "{{constructor.constructor('alert(1)')()}} @(1+1) %{7*7}",
        "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064A\u0643\u0645",
    ];

    [Fact]
    public async Task Hostile_text_is_shown_as_text_and_runs_nothing() =>
        await browser.RunAsync(async visit =>
        {
            var nadia = world.NewCustomer("<img src=x onerror=alert('nome')>\u202ENádia");
            foreach (var text in _texts)
            {
                await world.WriteAsync(nadia, text);
            }

            var ana = await world.OpenAsync(visit, "inbox");
            ana.Page.Dialog += (_, dialog) => visit.Errors.Enqueue("dialog: " + dialog.Message);
            await ana.OpenAsync(nadia);

            foreach (var text in _texts.Where(t => !t.Contains("```", StringComparison.Ordinal)))
            {
                await Expect(ana.Page.Locator(".messages .words").GetByText(text, new() { Exact = true })).ToHaveCountAsync(1);
            }

            await Expect(ana.Message("negrito").Locator("pre")).ToHaveTextAsync("</pre><script>alert(1)</script>");
            await ShouldHoldNothingForeignAsync(ana);
        });

    [Fact]
    public async Task Hostile_names_of_files_people_and_places_are_text_too() =>
        await browser.RunAsync(async visit =>
        {
            const string Bad = "<img src=x onerror=alert(1)>";
            var otto = world.NewCustomer("Otto");
            await world.WriteAsync(otto, new SandboxWrite { Kind = "document", FileName = Bad + ".pdf" });
            await world.WriteAsync(otto, new SandboxWrite { Kind = "image", Text = Bad });
            await world.WriteAsync(otto, new SandboxWrite { Kind = "contact", Text = Bad });
            await world.WriteAsync(otto, new SandboxWrite { Kind = "location", Text = Bad });
            await world.WriteAsync(otto, new SandboxWrite { Kind = "poll", Text = Bad });
            await world.WriteAsync(otto, "fim");
            var ana = await world.OpenAsync(visit, "inbox");
            ana.Page.Dialog += (_, dialog) => visit.Errors.Enqueue("dialog: " + dialog.Message);
            await ana.OpenAsync(otto);

            await Expect(ana.Messages).ToHaveCountAsync(6);
            await Expect(ana.Page.Locator("a.doc")).ToBeVisibleAsync();
            await Expect(ana.Page.Locator(".picture img")).ToBeVisibleAsync();
            await ShouldHoldNothingForeignAsync(ana);
        });

    [Theory]
    [InlineData("pt-BR", "Ler mais", "Mostrar menos")]
    [InlineData("en", "Read more", "Show less")]
    public async Task Text_of_64_KB_is_cut_short_and_opened_where_it_stands(string language, string more, string less) =>
        await browser.RunAsync(async visit =>
        {
            var paula = world.NewCustomer("Paula");
            var text = string.Concat(Enumerable.Range(0, 64 * 1024 / 8).Select(i => $"{i:0000000} ")).Trim();
            var at = DateTimeOffset.UtcNow.AddSeconds(-30).ToUnixTimeSeconds();
            await world.WriteAsync(paula, new SandboxWrite { Text = string.Join('\n', Enumerable.Repeat("linha", 29)), At = at });
            await world.WriteAsync(paula, new SandboxWrite { Text = string.Join('\n', Enumerable.Repeat("linha", 29)), At = at + 5 });
            await world.WriteAsync(paula, new SandboxWrite { Text = text, At = at + 10 });
            var ana = await world.OpenAsync(visit, "inbox", language);
            await ana.OpenAsync(paula);
            await ana.Page.Locator(".messages").EvaluateAsync("e => e.scrollTop = e.scrollHeight");
            var message = ana.Message("0000000");
            var words = message.Locator(".words");

            (await words.InnerTextAsync()).Length.ShouldBeLessThan(1_500, "what is not shown is not in the page");
            var button = message.Locator("[data-read-more]");
            await Expect(button).ToHaveTextAsync(more);
            var before = await TopAsync(message);
            await button.FocusAsync();
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(words).ToHaveTextAsync(text);
            (await TopAsync(message)).ShouldBe(before, 2, "it opens downward");
            await Expect(ana.Page.Locator(".to-end")).ToBeVisibleAsync();
            (await ana.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();

            await Expect(button).ToHaveTextAsync(less);
            await button.ClickAsync();
            await Expect(words).Not.ToHaveTextAsync(text);
            await Expect(message).ToBeInViewportAsync();
            await ana.SendAsync("recebido");
            await Expect(ana.Tick("recebido")).Not.ToHaveTextAsync("schedule");
        });

    private static Task<double> TopAsync(ILocator element) => element.EvaluateAsync<double>("e => e.getBoundingClientRect().top");

    private static async Task ShouldHoldNothingForeignAsync(InboxWindow window)
    {
        var foreign = window.Page.Locator(
            "[onerror], [onload], [onclick], [onmouseover], img[src='x'], .messages script, .messages b:has-text('negrito'), a[href^='javascript' i], a[href^='data' i]"
        );
        await Expect(foreign).ToHaveCountAsync(0);
    }
}
