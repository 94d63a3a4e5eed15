namespace WhatsAI.Tests.Messaging;

/// <summary>Ticks, and what was read or answered on the phone.</summary>
public sealed class InboundReceiptTests
{
    [Fact]
    public async Task Receipt_of_our_message_is_noted_at_the_number()
    {
        const string Noted = "SELECT (last_receipt_at IS NOT NULL)::text FROM instance_statuses WHERE tenant_id = $1";
        var world = await MessagingWorld.CreateAsync();
        var id = Hook.NewId();
        await world.DeliverAsync(Hook.FromPhone("já envio", id));
        await world.DeliverAsync(Hook.Receipt(Hook.NewId(), "READ", fromMe: false));
        (await world.OneAsync<string>(Noted)).ShouldBe("false");

        await world.DeliverAsync(Hook.Receipt(id, "DELIVERY_ACK"));

        (await world.OneAsync<string>(Noted)).ShouldBe("true");
    }

    [Fact]
    public async Task Receipts_in_any_order_before_the_message_leave_the_highest()
    {
        var world = await MessagingWorld.CreateAsync();
        var id = Hook.NewId();

        await world.DeliverAsync(Hook.Receipt(id, "READ"), Hook.Receipt(id, "SERVER_ACK"));
        await world.DeliverAsync(Hook.FromPhone("já envio", id));
        await world.DeliverAsync(Hook.Receipt(id, "DELIVERY_ACK"));

        (await world.OneAsync<string>("SELECT delivery FROM messages WHERE tenant_id = $1")).ShouldBe("Read");
        (await world.OneAsync<string>("SELECT last_delivery FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("Read");
        (await world.CountAsync("waiting_receipts")).ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_on_the_phone_is_ours_and_clears_unread()
    {
        var world = await MessagingWorld.CreateAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), at: now));

        await world.DeliverAsync(Hook.FromPhone("bom dia!", Hook.NewId(), at: now + 5));

        (await world.OneAsync<string>("SELECT origin FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe("Phone");
        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(0);
        (await world.OneAsync<object>("SELECT count(*) FROM episodes WHERE tenant_id = $1 AND first_reply_at IS NOT NULL")).ShouldBe(1L);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task A_message_read_on_the_phone_is_no_longer_unread()
    {
        var world = await MessagingWorld.CreateAsync();
        var (first, now) = (Hook.NewId(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await world.DeliverAsync(Hook.Text("um", first, at: now - 9), Hook.Text("dois", Hook.NewId(), at: now));

        await world.DeliverAsync(Hook.Receipt(first, "READ", fromMe: false));

        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(1);
        await world.CountersShouldBeTrueAsync();
    }
}
