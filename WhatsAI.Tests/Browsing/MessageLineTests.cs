using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>What is written in a message's bubble and can be clicked: its failure, its doubt, what it answers.</summary>
[Collection(typeof(BrowsingGroup))]
public sealed class MessageLineTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Failed_message_goes_out_at_a_click_as_itself() =>
        await browser.RunAsync(async visit =>
        {
            var rita = world.NewCustomer("Rita");
            var ana = await SentAsync(visit, rita, "segue a nota", "delivery = 'Failed', reason = 'failed.not-connected'");

            await ana.Message("segue a nota").Locator("[data-do=retry]").ClickAsync();

            await Expect(ana.Tick("segue a nota")).ToHaveTextAsync("done_all");
            await Expect(ana.Page.Locator(".fail-line")).ToHaveCountAsync(0);
            // With the line that says who took the conversation.
            await Expect(ana.Messages).ToHaveCountAsync(3);
            SendsTo(rita).ShouldBe(["segue a nota", "segue a nota"], "the first is what the test took back");
        });

    [Fact]
    public async Task Message_in_doubt_goes_out_again_only_after_a_question() =>
        await browser.RunAsync(async visit =>
        {
            var saul = world.NewCustomer("Saul");
            var ana = await SentAsync(visit, saul, "está pago", "delivery = 'Unconfirmed'");
            var dialog = ana.Page.GetByRole(AriaRole.Dialog);
            var again = ana.Message("está pago").Locator("[data-do=resend]");

            await again.ClickAsync();
            await dialog.Locator(".btn:not(.btn-primary, .btn-danger)").First.ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            SendsTo(saul).Length.ShouldBe(1);
            await again.ClickAsync();
            await dialog.Locator(".btn-primary, .btn-danger").ClickAsync();

            await Expect(ana.Messages).ToHaveCountAsync(4);
            await Expect(ana.Tick("está pago").Last).ToHaveTextAsync("done_all");
            SendsTo(saul).ShouldBe(["está pago", "está pago"]);
        });

    [Fact]
    public async Task Quote_leads_to_the_message_even_where_it_is_not_loaded_yet() =>
        await browser.RunAsync(async visit =>
        {
            var tina = world.NewCustomer("Tina");
            var hourAgo = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
            var first = await world.WriteAsync(tina, new SandboxWrite { Text = "o primeiro pedido", At = hourAgo });
            var conversation = await world.ConversationAsync(tina);
            // From the phone: as many unread ones would all be loaded.
            await world.WriteAsync(
                tina,
                new SandboxWrite
                {
                    Text = "mais um",
                    Count = 200,
                    FromMe = true,
                    At = hourAgo + 60,
                }
            );
            await world.WriteAsync(tina, new SandboxWrite { Text = "falo deste", ReplyTo = first[0] });
            await Wait.UntilAsync(
                async () =>
                    await world.ChangeAsync("UPDATE messages SET text = text WHERE conversation_id = $1", conversation.Value) == 202,
                "all of them",
                30
            );
            var ana = await world.OpenAsync(visit, $"inbox/{conversation}");
            await ana.ReadyAsync();
            var target = ana.Page.Locator(".messages .msg:not(:has(.quote))", new() { HasText = "o primeiro pedido" });
            await Expect(target).ToHaveCountAsync(0);

            await ana.Message("falo deste").Locator("[data-do=jump]").ClickAsync();

            await Expect(target).ToBeInViewportAsync();
            await Expect(target).ToBeFocusedAsync();
        });

    /// <summary>A message of ours that went out, left as a fault would have: the gateway's word is taken back.</summary>
    private async Task<InboxWindow> SentAsync(Visit visit, Customer customer, string text, string fault)
    {
        await world.WriteAsync(customer, "oi");
        var ana = await world.OpenAsync(visit, "inbox");
        await ana.OpenAsync(customer);
        await ana.SendAsync(text);
        await Expect(ana.Tick(text)).ToHaveTextAsync("done_all");
        await world.ChangeAsync(
            $"UPDATE messages SET {fault}, provider_id = NULL WHERE conversation_id = $1 AND origin = 'Agent'",
            (await world.ConversationAsync(customer)).Value
        );
        await ana.OpenAsync(customer);
        return ana;
    }

    private string?[] SendsTo(Customer customer) =>
        [
            .. world
                .Sandbox.Sends(world.Shop.Name)
                .Where(s => s.Number!.Contains(customer.Phone[^8..], StringComparison.Ordinal))
                .Select(s => s.Text),
        ];
}
