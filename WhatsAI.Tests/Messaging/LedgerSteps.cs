using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Tests.Messaging;

/// <summary>A conversation with a customer, and how a message of it leaves.</summary>
internal static class LedgerSteps
{
    public static readonly CancellationToken None = CancellationToken.None;

    public static AttemptResult.NotTaken NotTaken(GatewayFailure failure, TimeSpan? again) => new(failure, SurelyNotSent: true, again);

    public static async Task<string> ReasonAsync(MessagingWorld world, MessageId message) =>
        await world.OneAsync<string>(
            "SELECT delivery || ' ' || coalesce(reason, '') FROM messages WHERE tenant_id = $1 AND id = $2",
            message.Value
        ) ?? "";

    public static async Task<MessagingWorld> TalkingAsync()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), at: DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 10));
        return world;
    }

    public static async Task<MessageId> ReplyAsync(MessagingWorld world, string text, Guid? key = null) =>
        await world.Outbox.QueueAsync(
            world.Tenant,
            new OutgoingMessage(await world.ConversationAsync(), new TextBody(text), MessageOrigin.Agent, Lane.Reply, ClientKey: key),
            None
        );

    public static AttemptResult.Taken Taken(string id) => new(new SentMessage(id, Jid.Parse("5511977770001@s.whatsapp.net"), null));

    public static Task<string?> StateAsync(MessagingWorld world, MessageId message) =>
        world.OneAsync<string>("SELECT delivery FROM messages WHERE tenant_id = $1 AND id = $2", message.Value);
}
