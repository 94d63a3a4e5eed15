using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>The link between a browser and the console breaks; nothing else does.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class ReconnectTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Link_that_was_down_misses_nothing_and_keeps_the_draft() =>
        await browser.RunAsync(
            async visit =>
            {
                var livia = world.NewCustomer("Lívia");
                await WriteAsync(livia, 0);
                var link = new Link();
                var ana = await world.OpenAsync(visit, "inbox", before: link.StandInAsync);
                await ana.OpenAsync(livia);
                await ana.Page.EvaluateAsync("window.notReloaded = true");
                await ana.Input.FillAsync("estou escrev");

                await link.CutAsync();
                await Expect(ana.Page.Locator(".live [data-when=reconnecting]")).ToBeVisibleAsync();
                await ana.Input.PressSequentiallyAsync("endo");
                for (var i = 1; i <= 5; i++)
                {
                    await WriteAsync(livia, i);
                }

                await Expect(ana.Messages).ToHaveCountAsync(1);
                link.Mend();

                await Expect(ana.Page.Locator(".messages .msg .words"))
                    .ToHaveTextAsync([.. Enumerable.Range(0, 6).Select(i => $"mensagem {i}")]);
                await Expect(ana.Page.Locator(".live [data-when=live]")).ToBeVisibleAsync();
                await Expect(ana.Input).ToHaveValueAsync("estou escrevendo");
                await ana.ShouldNotHaveReloadedAsync();
            },
            IsOfTheBrokenLink
        );

    // A customer must never read what was typed to find an answer.
    [Fact]
    public async Task Code_entered_while_the_link_is_down_waits_for_its_response_and_is_not_sent()
    {
        await world.ChangeAsync(
            """
            INSERT INTO canned_responses (id, tenant_id, scope, code, text, created_at)
            VALUES (gen_random_uuid(), $1, 'Tenant', 'sem-rede', 'Já voltou, {{contact.first_name}}', now())
            """,
            world.Shop.Tenant.Id.Value
        );
        await browser.RunAsync(
            async visit =>
            {
                var nara = world.NewCustomer("Nara");
                await world.WriteAsync(nara, "oi?");
                var link = new Link();
                var ana = await world.OpenAsync(visit, "inbox", before: link.StandInAsync);
                await ana.OpenAsync(nara);
                await ana.Input.FocusAsync();

                await link.CutAsync();
                await ana.Page.Keyboard.TypeAsync("/sem-r");
                await ana.Page.Keyboard.PressAsync("Enter");
                await Expect(ana.Page.Locator(".live [data-when=reconnecting]")).ToBeVisibleAsync();
                await ana.Page.Keyboard.PressAsync("Enter");
                await Expect(ana.Input).ToHaveValueAsync("/sem-r");
                link.Mend();
                await Expect(ana.Page.Locator(".live [data-when=live]")).ToBeVisibleAsync();
                await Expect(ana.Input).ToHaveValueAsync("/sem-r");
                await ana.Page.Keyboard.PressAsync("Enter");

                await Expect(ana.Input).ToHaveValueAsync("Já voltou, Nara");
                await Expect(ana.Message("/sem-r")).ToHaveCountAsync(0);
            },
            IsOfTheBrokenLink
        );
    }

    [Fact]
    public async Task Answer_given_while_the_link_is_down_goes_out_once_when_it_is_back() =>
        await browser.RunAsync(
            async visit =>
            {
                var mario = world.NewCustomer("Mário");
                await world.WriteAsync(mario, "alô?");
                var link = new Link();
                var ana = await world.OpenAsync(visit, "inbox", before: link.StandInAsync);
                await ana.OpenAsync(mario);

                await link.CutAsync();
                await ana.SendAsync("estamos aqui");
                await Expect(ana.Tick("estamos aqui")).ToHaveTextAsync("schedule");
                link.Mend();

                await Expect(ana.Tick("estamos aqui")).Not.ToHaveTextAsync("schedule");
                await Expect(ana.Message("estamos aqui")).ToHaveCountAsync(1);
                world
                    .Sandbox.Sends(world.Shop.Name)
                    .Count(s => s.Number!.Contains(mario.Phone[^8..], StringComparison.Ordinal))
                    .ShouldBe(1);
            },
            IsOfTheBrokenLink
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_whose_answer_was_lost_goes_out_once_and_leaves_the_composer(bool reload) =>
        await browser.RunAsync(
            async visit =>
            {
                var nuno = world.NewCustomer("Nuno");
                await world.WriteAsync(nuno, "a nota?");
                var link = new Link();
                var ana = await world.OpenAsync(visit, "inbox", before: link.StandInAsync);
                await ana.OpenAsync(nuno);
                await ana
                    .Page.Locator("[data-file='']")
                    .SetInputFilesAsync(
                        new FilePayload
                        {
                            Name = "nota.pdf",
                            MimeType = "application/pdf",
                            Buffer = "%PDF-1.4\n%%EOF\n"u8.ToArray(),
                        }
                    );
                await Expect(ana.Page.Locator(".attachment")).ToContainTextAsync("pronto");

                link.Deafen();
                await ana.SendAsync("segue a nota");
                await Wait.UntilAsync(() => SendsTo(nuno) == 1, "the file at the gateway", 30);
                await ana.Input.PressAsync("Enter");
                await link.CutAsync();
                link.Mend();
                if (reload)
                {
                    await ana.Page.ReloadAsync();
                    await ana.ReadyAsync();
                }

                await Expect(ana.Message("segue a nota")).ToHaveCountAsync(1);
                await Expect(ana.Page.Locator(".attachment")).ToHaveCountAsync(0);
                await Expect(ana.Input).ToHaveValueAsync("");
                await ana.SendAsync("mais alguma coisa?");
                await Wait.UntilAsync(() => SendsTo(nuno) >= 2, "the last message at the gateway", 30);
                SendsTo(nuno).ShouldBe(2);
                await Expect(ana.Message("mais alguma coisa?")).ToHaveCountAsync(1);
                // The question, who took it, the file and the last word.
                await Expect(ana.Messages).ToHaveCountAsync(4);
            },
            IsOfTheBrokenLink
        );

    private int SendsTo(Customer customer) =>
        world.Sandbox.Sends(world.Shop.Name).Count(s => s.Number!.Contains(customer.Phone[^8..], StringComparison.Ordinal));

    // A second apart: WhatsApp tells whole ones, and a gateway's posts may overtake each other.
    private Task WriteAsync(Customer customer, int i) =>
        world.WriteAsync(
            customer,
            new SandboxWrite { Text = $"mensagem {i}", At = DateTimeOffset.UtcNow.AddSeconds(-120).ToUnixTimeSeconds() + (10 * i) }
        );

    // What Chromium and Blazor's script say of a connection that is gone.
    private static bool IsOfTheBrokenLink(string error) =>
        error.Contains("_blazor", StringComparison.Ordinal)
        || error.Contains("blazor.web", StringComparison.Ordinal)
        || error.Contains("ERR_FAILED", StringComparison.Ordinal)
        || error.Contains("WebSocket", StringComparison.Ordinal);

    /// <summary>Stands between a page and its circuit.</summary>
    private sealed class Link
    {
        private readonly List<IWebSocketRoute> _open = [];
        private volatile bool _cut;
        private volatile bool _deaf;

        public async Task StandInAsync(IPage page)
        {
            await page.RouteWebSocketAsync(
                url => url.Contains("/_blazor", StringComparison.Ordinal),
                socket =>
                {
                    if (_cut)
                    {
                        _ = socket.CloseAsync();
                        return;
                    }

                    var server = socket.ConnectToServer();
                    server.OnMessage(frame =>
                    {
                        if (_deaf)
                        {
                            return;
                        }

                        if (frame.Binary is { } bytes)
                        {
                            socket.Send(bytes);
                        }
                        else
                        {
                            socket.Send(frame.Text!);
                        }
                    });
                    _open.Add(socket);
                }
            );
            await page.RouteAsync("**/_blazor/**", route => _cut ? route.AbortAsync() : route.ContinueAsync());
        }

        public async Task CutAsync()
        {
            _cut = true;
            foreach (var socket in _open)
            {
                await socket.CloseAsync();
            }

            _open.Clear();
        }

        /// <summary>What the server says is lost from now on; it still hears.</summary>
        public void Deafen() => _deaf = true;

        public void Mend() => _cut = _deaf = false;
    }
}
