using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Looking for people and messages, of any time.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class SearchTests(Browser browser, ConsoleWorld world)
{
    private const string Hit = "a[data-hit]";

    [Fact]
    public async Task Old_message_is_found_marked_narrowed_and_opened_where_it_stands()
    {
        var number = await world.LinkAsync("Busca");
        await browser.RunAsync(async visit =>
        {
            var vera = world.NewCustomer("Verônica");
            await world.WriteAsync(vera, new SandboxWrite { Text = "a prateleira quebrou <b>ontem</b> \u202e!", At = Ago(90) }, number);
            var conversation = await world.ConversationAsync(vera, number);
            await FillAsync(conversation.Value, 400);
            await world.WriteAsync(vera, "tudo certo agora", number);
            var ana = await world.OpenAsync(visit, $"inbox?number={number.Id}");
            await Expect(ana.Row(vera)).ToBeVisibleAsync();
            var box = ana.Page.Locator("[data-inbox-search] input");

            // The key is the list's script's, which may be a moment behind its rows.
            await Expect(async () =>
            {
                await ana.Page.Keyboard.PressAsync("f");
                await Expect(box).ToBeFocusedAsync(new() { Timeout = 500 });
            });
            await ana.Page.Keyboard.TypeAsync("PRATELÉ");
            var hit = ana.Page.Locator(Hit).Filter(new() { HasText = "prateleira" });
            await Expect(hit).ToHaveCountAsync(1);
            await Expect(hit.Locator("mark")).ToHaveTextAsync("pratele");
            await Expect(hit).ToContainTextAsync("<b>ontem</b>");
            await Expect(ana.Page).ToHaveURLAsync(new Regex(@"\?number=.+&q=PRATEL%C3%89&via=.+$"));
            await ana.Page.ShouldBeAccessibleAsync();

            // Filters: what she wrote is nothing of ours.
            await ana.Page.Locator(".search-filters").GetByRole(AriaRole.Button, new() { Name = "Direção" }).ClickAsync();
            await ana.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Enviadas", Exact = true }).ClickAsync();
            await Expect(ana.Page.Locator(".search-results .empty")).ToBeVisibleAsync();
            await ana.Page.ReloadAsync();
            await Expect(ana.Page.Locator(".search-results .empty")).ToBeVisibleAsync();
            await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Limpar filtros" }).ClickAsync();
            await Expect(hit).ToHaveCountAsync(1);

            // Down to it and into it, four hundred messages back.
            await box.FocusAsync();
            await Expect(async () =>
            {
                await ana.Page.Keyboard.PressAsync("ArrowDown");
                await Expect(hit).ToBeFocusedAsync(new() { Timeout = 500 });
            });
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Message("a prateleira quebrou")).ToBeInViewportAsync();
            await Expect(ana.Page.Locator("[data-messages][data-newer]")).ToHaveCountAsync(1);
            await Expect(ana.Message("tudo certo agora")).ToHaveCountAsync(0);
            await Expect(hit).ToHaveAttributeAsync("aria-current", "true");

            // What arrives is counted, not shown, until one goes to the end.
            await world.WriteAsync(vera, "mais uma coisa", number);
            await Expect(ana.Page.Locator(".to-end .count")).ToBeVisibleAsync();
            await Expect(ana.Message("mais uma coisa")).ToHaveCountAsync(0);
            await ana.Page.Locator(".to-end").ClickAsync();
            await Expect(ana.Message("mais uma coisa")).ToBeInViewportAsync();
            await Expect(ana.Page.Locator("[data-newer]")).ToHaveCountAsync(0);

            // Back to what was found, and to the list as it was.
            await ana.Page.Locator(".thread-head h1").FocusAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page).ToHaveURLAsync(new Regex(@"/inbox\?number=[^&]+&q=PRATEL%C3%89$"));
            await Expect(hit).ToHaveCountAsync(1);
            await ana.Page.Keyboard.PressAsync("Escape");
            await Expect(ana.Page).ToHaveURLAsync(new Regex($@"/inbox\?number={number.Id}$"));
            await Expect(ana.Row(vera)).ToBeVisibleAsync();
            await Expect(box).ToHaveValueAsync("");
        });
    }

    [Fact]
    public async Task Person_is_found_by_name_and_number_in_the_list_and_by_the_palette() =>
        await browser.RunAsync(async visit =>
        {
            var ines = world.NewCustomer("Inês");
            await world.WriteAsync(ines, "oi");
            var conversation = await world.ConversationAsync(ines);
            var ana = await world.OpenAsync(visit, "inbox", "en", width: 390);
            var box = ana.Page.Locator("[data-inbox-search] input");

            await box.FillAsync(ines.Name.Replace('ê', 'e').ToUpperInvariant());
            var hit = ana.Page.Locator(Hit).Filter(new() { HasText = ines.Name });
            await Expect(hit).ToHaveCountAsync(1);
            await Expect(hit.Locator("mark").First).ToHaveTextAsync("Inês");
            await box.FillAsync($"({ines.Phone[2..4]}) {ines.Phone[4..9]}-{ines.Phone[9..]}");
            await Expect(hit.Locator(".num mark")).ToHaveTextAsync(new Regex(ines.Phone[9..] + "$"));
            await ana.Page.ShouldBeAccessibleAsync();
            (await ana.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBe(0);
            await ana.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await Expect(ana.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
            await ana.Page.ShouldBeAccessibleAsync();
            await box.FillAsync("i");
            await Expect(ana.Page.Locator(".search-results .empty")).ToContainTextAsync("two letters");
            await box.FillAsync("");
            await Expect(ana.Page.Locator(".search-results")).ToHaveCountAsync(0);

            await ana.Page.Keyboard.PressAsync("Control+k");
            await ana.Page.Keyboard.TypeAsync(ines.Phone[4..]);
            await Expect(ana.Page.Locator("#palette [role=option]").First).ToContainTextAsync(ines.Name);
            await ana.Page.Keyboard.PressAsync("Enter");
            await Expect(ana.Page).ToHaveURLAsync(new Regex($"/inbox/{conversation}$"));
        });

    /// <summary>Between what was there and what comes.</summary>
    private Task<int> FillAsync(Guid conversation, int count) =>
        world.ChangeAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at, media_attempts, attempts, settle_count)
            SELECT gen_random_uuid(), tenant_id, id, instance_id, 'In', 'Customer', 'Text', 'linha ' || i, jsonb_build_object('k', 'text', 'text', 'linha ' || i), 'FILL' || id || i,
                now() - interval '80 s' + i * interval '0.1 s', now(), 0, 0, 0
            FROM conversations, generate_series(1, $2) i WHERE id = $1
            """,
            conversation,
            count
        );

    private static async Task Expect(Func<Task> attempt) =>
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    await attempt();
                    return true;
                }
                catch (PlaywrightException)
                {
                    return false;
                }
            },
            "an answer to the key",
            30
        );

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static long Ago(int seconds) => DateTimeOffset.UtcNow.AddSeconds(-seconds).ToUnixTimeSeconds();
}
