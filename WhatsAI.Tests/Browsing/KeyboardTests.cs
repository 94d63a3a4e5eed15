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

    [Fact]
    public async Task Customer_is_served_from_the_list_to_the_end_without_a_mouse()
    {
        var number = await world.LinkAsync("Só teclas");
        await world.ChangeAsync(
            """
            INSERT INTO canned_responses (id, tenant_id, scope, code, text, created_at)
            VALUES (gen_random_uuid(), $1, 'Tenant', 'teclas', 'Disponha, {{contact.first_name}}!', now())
            """,
            world.Shop.Tenant.Id.Value
        );
        await browser.RunAsync(async visit =>
        {
            var (first, second) = (world.NewCustomer("Ugo"), world.NewCustomer("Vanda"));
            await world.WriteAsync(second, new SandboxWrite { Text = "depois", At = Ago(20) }, number);
            await world.ConversationAsync(second, number);
            await world.WriteAsync(first, new SandboxWrite { Text = "cadê meu pedido?", At = Ago(10) }, number);
            await world.ConversationAsync(first, number);
            var ana = await world.OpenAsync(visit, $"inbox?number={number.Id}");
            var (page, keys) = (ana.Page, ana.Page.Keyboard);
            await Expect(ana.Rows).ToHaveCountAsync(2);
            await PressUntilAsync(
                page,
                "j",
                () => Expect(page.Locator(".thread-head h1")).ToContainTextAsync(first.Name, new() { Timeout = 3000 })
            );
            await ana.ReadyAsync();

            // An answer.
            await keys.PressAsync("r");
            await Expect(ana.Input).ToBeFocusedAsync();
            await keys.TypeAsync("Já vejo");
            await keys.PressAsync("Enter");
            await Expect(ana.Message("Já vejo")).ToBeVisibleAsync();
            await keys.PressAsync("Escape");

            // A note.
            await keys.PressAsync("n");
            await Expect(ana.Input).ToBeFocusedAsync();
            await keys.TypeAsync("transportadora atrasou");
            await keys.PressAsync("Enter");
            await Expect(page.Locator(".msg.note:not(.local)")).ToContainTextAsync("transportadora atrasou");
            await keys.PressAsync("Escape");

            // A label, made on the spot.
            await keys.PressAsync("l");
            await Expect(page.Locator("dialog[open] input")).ToBeFocusedAsync();
            await keys.TypeAsync("Entrega atrasada");
            await Expect(page.Locator("#label-0")).ToContainTextAsync("Entrega atrasada");
            await keys.PressAsync("Enter");
            await Expect(page.Locator("#label-0[aria-checked=true]")).ToBeVisibleAsync();
            await keys.PressAsync("Escape");
            await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await Expect(page.Locator(".contact-pane .tag", new() { HasText = "Entrega atrasada" })).ToBeVisibleAsync();

            // To a colleague.
            await keys.PressAsync("a");
            await Expect(page.Locator("dialog[open] input")).ToBeFocusedAsync();
            await keys.TypeAsync("bia");
            await Expect(page.Locator("#assign-0")).ToContainTextAsync("Bia Souza");
            await keys.PressAsync("Enter");
            await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await Expect(page.Locator(".thread-head .owner")).ToContainTextAsync("Bia Souza");

            // Aside, and back.
            await keys.PressAsync("s");
            await Expect(page.Locator("dialog[open] button.palette-option").First).ToBeFocusedAsync();
            await keys.PressAsync("1");
            await Expect(page.Locator("section.later")).ToBeVisibleAsync();
            await keys.PressAsync("s");
            await Expect(page.Locator("section.later")).ToHaveCountAsync(0);

            // A canned answer.
            await keys.PressAsync("r");
            await Expect(ana.Input).ToBeFocusedAsync();
            await keys.PressAsync("Escape");
            await keys.PressAsync("/");
            await Expect(page.Locator("[data-canned-picker]")).ToBeVisibleAsync();
            await keys.TypeAsync("tecl");
            await Expect(page.Locator("[data-canned-option]").First).ToContainTextAsync("teclas");
            await keys.PressAsync("Enter");
            await Expect(ana.Input).ToHaveValueAsync("Disponha, Ugo!");
            await keys.PressAsync("Enter");
            await Expect(ana.Message("Disponha, Ugo!")).ToBeVisibleAsync();
            await keys.PressAsync("Escape");

            // Done: on to the next, and back to the list.
            await keys.PressAsync("e");
            await Expect(page.Locator(".thread-head [data-key=e]")).ToHaveTextAsync(new Regex("Reabrir"));
            await keys.PressAsync("j");
            await Expect(page.Locator(".thread-head h1")).ToContainTextAsync(second.Name);
            await keys.PressAsync("?");
            await Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
            var told = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('#shortcuts kbd')].map((k) => k.textContent.toLowerCase())"
            );
            var there = await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('[data-key], [data-select-key]')].map((b) => b.dataset.key ?? b.dataset.selectKey)"
            );
            there.Except(told).ShouldBeEmpty("keys that the list does not name");
            await keys.PressAsync("Escape");
            await Expect(page.Locator("#shortcuts")).ToBeHiddenAsync();
            await keys.PressAsync("Escape");
            await Expect(page).ToHaveURLAsync(new Regex($@"/inbox\?number={number.Id}$"));

            // What has the focus can be seen.
            await keys.PressAsync("Tab");
            (await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle")).ShouldNotBe("none");
            await ana.ShouldNotHaveReloadedAsync();
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
