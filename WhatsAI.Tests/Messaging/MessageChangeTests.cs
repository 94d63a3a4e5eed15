using System.Text.Json.Nodes;

namespace WhatsAI.Tests.Messaging;

/// <summary>Who may edit and delete what: ids are known to everybody a message was sent to.</summary>
public sealed class MessageChangeTests
{
    private const string Customer = "5511977770001@s.whatsapp.net";
    private const string Other = "5511977770002@s.whatsapp.net";
    private const string Own = "5511988880003@s.whatsapp.net";
    private const string Group = "120363041234567890@g.us";

    [Theory]
    [InlineData(Customer, false, false)]
    [InlineData(Own, true, false)]
    [InlineData(Other, true, false)]
    [InlineData(Other, false, false)]
    [InlineData("999888777666555@lid", true, false)]
    [InlineData("222333444555666@lid", false, false)]
    [InlineData(Customer, true, true)]
    [InlineData("222333444555666@lid", true, true)]
    public async Task What_the_phone_wrote_is_edited_by_the_phone_only(string chat, bool fromMe, bool fits) =>
        await EditShouldAsync(await WithMessageAsync(out var id, fromPhone: true), id, chat, fromMe, fits);

    [Theory]
    [InlineData(Customer, false, true)]
    [InlineData("222333444555666@lid", false, true)]
    // As the customer's own phone writes it.
    [InlineData(Own, true, true)]
    [InlineData("999888777666555@lid", true, true)]
    [InlineData(Own, false, false)]
    [InlineData(Other, false, false)]
    [InlineData(Other, true, false)]
    [InlineData(Customer, true, false)]
    public async Task What_a_customer_wrote_is_edited_by_himself_only(string chat, bool fromMe, bool fits) =>
        await EditShouldAsync(await WithMessageAsync(out var id, fromPhone: false), id, chat, fromMe, fits);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_console_sent_is_edited_through_the_gateway_only(bool throughTheGateway)
    {
        var world = await WithMessageAsync(out var id, fromPhone: true);
        await world.RunAsync("UPDATE messages SET origin = 'Agent' WHERE tenant_id = $1 AND provider_id = $2", id);
        var edit = Edit(id, Customer, fromMe: true);
        if (throughTheGateway)
        {
            edit["event"] = "send.message.update";
        }

        await world.DeliverAsync(edit);

        (await TextAsync(world, id)).ShouldBe(throughTheGateway ? "mudado" : "original");
        (await RefusedAsync(world)).ShouldBe(throughTheGateway ? 0L : 1L);
    }

    [Theory]
    [InlineData(true, Customer, true, true)]
    [InlineData(true, Customer, false, false)]
    [InlineData(true, Other, true, false)]
    [InlineData(false, Customer, false, true)]
    [InlineData(false, "222333444555666@lid", false, true)]
    [InlineData(false, Customer, true, false)]
    [InlineData(false, Other, false, false)]
    public async Task A_message_is_deleted_by_its_author_only(bool fromPhone, string chat, bool fromMe, bool fits)
    {
        var world = await WithMessageAsync(out var id, fromPhone);

        await world.DeliverAsync(Revoke(id, chat, fromMe));

        (await TextAsync(world, id)).ShouldBe(fits ? "" : "original");
        (await RefusedAsync(world)).ShouldBe(fits ? 0L : 1L);
    }

    [Theory]
    [InlineData(Customer, true)]
    [InlineData(Other, false)]
    public async Task In_a_group_a_message_is_deleted_by_who_sent_it(string author, bool fits)
    {
        var world = await MessagingWorld.CreateAsync();
        var id = Hook.NewId();
        var message = Hook.Text("original", id, Group, null);
        message["data"]!["key"]!["participant"] = Customer;
        await world.DeliverAsync(message);
        var revoke = Revoke(id, Group, fromMe: false);
        revoke["data"]!["participant"] = author;

        await world.DeliverAsync(revoke);

        (await TextAsync(world, id)).ShouldBe(fits ? "" : "original");
        (await RefusedAsync(world)).ShouldBe(fits ? 0L : 1L);
    }

    [Theory]
    [InlineData(Customer, true)]
    [InlineData(Other, false)]
    public async Task A_change_that_waited_for_its_message_is_judged_when_that_comes(string chat, bool fits)
    {
        var world = await MessagingWorld.CreateAsync();
        var id = Hook.NewId();

        await world.DeliverAsync(Edit(id, chat, fromMe: false));
        await world.DeliverAsync(Hook.Text("original", id));

        (await TextAsync(world, id)).ShouldBe(fits ? "mudado" : "original");
        (await world.CountAsync("waiting_changes")).ShouldBe(0);
    }

    private static async Task EditShouldAsync(MessagingWorld world, string id, string chat, bool fromMe, bool fits)
    {
        await world.DeliverAsync(Edit(id, chat, fromMe));

        (await TextAsync(world, id)).ShouldBe(fits ? "mudado" : "original");
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND edited_at IS NOT NULL")).ShouldBe(
            fits ? 1L : 0L
        );
        (await RefusedAsync(world)).ShouldBe(fits ? 0L : 1L);
    }

    /// <summary>Two customers, the first known by both addresses, and one message with him.</summary>
    private static Task<MessagingWorld> WithMessageAsync(out string id, bool fromPhone)
    {
        var one = id = Hook.NewId();
        return MakeAsync();

        async Task<MessagingWorld> MakeAsync()
        {
            var world = await MessagingWorld.CreateAsync();
            await world.RunAsync("UPDATE instance_statuses SET own_jid = $2 WHERE tenant_id = $1", Own);
            await world.DeliverAsync(Hook.Text("oi", Hook.NewId()), Hook.Text("oi", Hook.NewId(), Other, null));
            await world.DeliverAsync(fromPhone ? Hook.FromPhone("original", one) : Hook.Text("original", one));
            return world;
        }
    }

    private static JsonNode Edit(string id, string chat, bool fromMe)
    {
        var body = Hook.Edit(id, "mudado");
        body["data"]!["key"]!["remoteJid"] = chat;
        body["data"]!["key"]!["fromMe"] = fromMe;
        return body;
    }

    private static JsonNode Revoke(string id, string chat, bool fromMe)
    {
        var body = Hook.Revoke(id);
        body["data"]!["remoteJid"] = chat;
        body["data"]!["remoteJidAlt"] = null;
        body["data"]!["fromMe"] = fromMe;
        return body;
    }

    private static async Task<string?> TextAsync(MessagingWorld world, string id) =>
        await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1 AND provider_id = $2", id);

    private static async Task<object?> RefusedAsync(MessagingWorld world) =>
        await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem = 'refused'");
}
