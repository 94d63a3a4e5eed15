using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>Hands faster than the page.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class ComposerTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task What_is_typed_before_the_composer_listens_stays_behind_the_draft() =>
        await browser.RunAsync(async visit =>
        {
            var yara = world.NewCustomer("Yara");
            await world.WriteAsync(yara, "oi");
            var slow = new SlowScript();
            var ana = await world.OpenAsync(visit, "inbox", before: slow.StandInAsync);
            await ana.OpenAsync(yara);
            await ana.Input.FillAsync("Bom dia,");
            slow.Hold();
            await ana.Page.ReloadAsync();

            await ana.Input.PressSequentiallyAsync("Yara");
            slow.Release();

            await ana.ReadyAsync();
            await Expect(ana.Input).ToHaveValueAsync("Bom dia, Yara");
            await ana.Input.PressSequentiallyAsync("!");
            await Expect(ana.Input).ToHaveValueAsync("Bom dia, Yara!");
        });

    [Fact]
    public async Task Key_for_a_reply_pressed_while_the_thread_loads_is_remembered_with_what_follows() =>
        await browser.RunAsync(async visit =>
        {
            var zeca = world.NewCustomer("Zeca");
            await world.WriteAsync(zeca, "oi");
            var slow = new SlowScript();
            var ana = await world.OpenAsync(visit, "inbox", before: slow.StandInAsync);
            slow.Hold();
            await ana.Row(zeca).ClickAsync();
            await Expect(ana.Input).ToBeVisibleAsync();

            await ana.Page.Keyboard.TypeAsync("rjeito");
            slow.Release();

            await Expect(ana.Input).ToBeFocusedAsync();
            await Expect(ana.Input).ToHaveValueAsync("jeito");
            await Expect(ana.Page.Locator(".thread-head h1")).ToHaveTextAsync(zeca.Name);
        });

    [Fact]
    public async Task Reply_ended_while_the_thread_loads_goes_out_once_and_whole() =>
        await browser.RunAsync(async visit =>
        {
            var alba = world.NewCustomer("Alba");
            await world.WriteAsync(alba, "oi");
            var slow = new SlowScript();
            var ana = await world.OpenAsync(visit, "inbox", before: slow.StandInAsync);
            slow.Hold();
            await ana.Row(alba).ClickAsync();
            await Expect(ana.Input).ToBeVisibleAsync();

            await ana.Page.Keyboard.TypeAsync("rvamos sim, Alba");
            await ana.Page.Keyboard.PressAsync("Enter");
            await ana.Page.Keyboard.PressAsync("Escape");
            slow.Release();

            await Expect(ana.Message("vamos sim, Alba")).ToHaveCountAsync(1);
            await Expect(ana.Input).ToHaveValueAsync("");
        });

    [Fact]
    public async Task Keys_for_the_next_conversation_and_a_reply_in_one_go_write_to_the_next()
    {
        var number = await world.LinkAsync("Pressa");
        await browser.RunAsync(async visit =>
        {
            var (first, second) = (world.NewCustomer("Alda"), world.NewCustomer("Beto"));
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            await world.WriteAsync(second, new SandboxWrite { Text = "b", At = now - 20 }, number);
            await world.WriteAsync(first, new SandboxWrite { Text = "a", At = now - 10 }, number);
            await world.ConversationAsync(second, number);
            var ana = await world.OpenAsync(visit, $"inbox/{await world.ConversationAsync(first, number)}?number={number.Id}");
            await ana.ReadyAsync();
            await Expect(ana.Rows).ToHaveCountAsync(2);

            await ana.Page.Keyboard.TypeAsync("jrola");

            await Expect(ana.Page.Locator(".thread-head h1")).ToHaveTextAsync(second.Name);
            await Expect(ana.Input).ToBeFocusedAsync();
            await Expect(ana.Input).ToHaveValueAsync("ola");
            await ana.Page.Locator(".thread-head h1").ClickAsync();
            await ana.Row(first).ClickAsync();
            await Expect(ana.Page.Locator(".thread-head h1")).ToHaveTextAsync(first.Name);
            await ana.ReadyAsync();
            await Expect(ana.Input).ToHaveValueAsync("");
        });
    }

    [Fact]
    public async Task What_goes_out_to_another_customer_ends_no_reply_that_was_begun_here() =>
        await browser.RunAsync(async visit =>
        {
            var (away, here) = (world.NewCustomer("Caio"), world.NewCustomer("Dora"));
            await world.WriteAsync(away, "oi");
            await world.WriteAsync(here, "qual o prazo?");
            var other = await world.ConversationAsync(away);
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(here);
            await ana.Message("qual o prazo?").HoverAsync();
            await ana.Message("qual o prazo?").Locator(".msg-tools > button").First.ClickAsync();
            await Expect(ana.Page.Locator(".composer .strip")).ToContainTextAsync("qual o prazo?");

            // As a lost link leaves it: sent from the other conversation, not yet taken.
            await ana.Page.EvaluateAsync(
                "([key, item]) => localStorage.setItem(key, JSON.stringify([item]))",
                new object[]
                {
                    $"inbox/{world.Shop.Tenant.OwnerId}/{world.Shop.Tenant.Slug}/outbox",
                    new Dictionary<string, object?>
                    {
                        ["key"] = Guid.NewGuid().ToString(),
                        ["conversation"] = other.ToString(),
                        ["text"] = "já vai",
                        ["reply"] = null,
                        ["at"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
                    },
                }
            );
            await Wait.UntilAsync(
                () => world.Sandbox.Sends(world.Shop.Name).Any(s => s.Text == "já vai"),
                "the other message at the gateway",
                30
            );
            await ana.SendAsync("três dias");

            await Expect(ana.Message("três dias").Locator(".quote")).ToContainTextAsync("qual o prazo?");
            await Expect(ana.Page.Locator(".composer .strip")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task Lines_put_in_one_by_one_are_measured_once_a_frame() =>
        await browser.RunAsync(async visit =>
        {
            var ema = world.NewCustomer("Ema");
            await world.WriteAsync(ema, "oi");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(ema);

            var counts = await ana.Input.EvaluateAsync<int[]>(
                """
                async (input) => {
                  let measured = 0;
                  Object.defineProperty(input, 'scrollHeight', { get() { measured++; return 400; } });
                  input.focus();
                  document.execCommand('insertText', false, 'linha\n'.repeat(200));
                  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
                  return [input.value.split('\n').length, measured];
                }
                """
            );

            counts[0].ShouldBe(201);
            counts[1].ShouldBeInRange(1, 5);
            await Expect(ana.Input).ToHaveCSSAsync("height", "160px");
            await ana.Input.FillAsync("");
        });

    /// <summary>Lets the composer's script come late.</summary>
    private sealed class SlowScript
    {
        private TaskCompletionSource _gate = Open();

        public Task StandInAsync(IPage page) =>
            page.RouteAsync(
                new Regex(@"inbox/composer(\.\w+)?\.js"),
                async route =>
                {
                    await _gate.Task;
                    await route.ContinueAsync();
                }
            );

        public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _gate.SetResult();

        private static TaskCompletionSource Open()
        {
            var gate = new TaskCompletionSource();
            gate.SetResult();
            return gate;
        }
    }
}
