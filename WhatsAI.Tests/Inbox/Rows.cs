using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Tests.Inbox;

/// <summary>Rows as the queries give them; a test spells out what matters.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Noon = new(2025, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public static readonly InstanceId Sales = Id.New<InstanceId>(Noon);
    public static readonly ConversationId Thread = Id.New<ConversationId>(Noon);
    public static readonly UserId Me = Id.New<UserId>(Noon);

    public static ConversationRow Conversation(
        int minutes,
        int unread = 0,
        ConversationStatus status = ConversationStatus.Open,
        ConversationId? id = null,
        InstanceId? instance = null
    ) =>
        new(
            id ?? Id.New<ConversationId>(Noon),
            ConversationKind.Person,
            Id.New<ContactId>(Noon),
            $"at {minutes}",
            "+5511955500142",
            null,
            instance ?? Sales,
            "Vendas",
            status,
            Noon.AddMinutes(minutes),
            "oi",
            MessageKind.Text,
            MessageDirection.In,
            null,
            unread
        );

    public static MessageRow Message(
        int minutes,
        bool ours = false,
        MessageBody? body = null,
        DeliveryState? delivery = null,
        string? reason = null,
        MessageId? id = null
    ) =>
        new(
            id ?? Id.New<MessageId>(Noon.AddMinutes(minutes)),
            Thread,
            Sales,
            ours ? MessageDirection.Out : MessageDirection.In,
            ours ? MessageOrigin.Agent : MessageOrigin.Customer,
            (body ??= new TextBody($"text {minutes}")).Kind,
            body.Plain,
            body,
            Noon.AddMinutes(minutes),
            ours ? delivery ?? DeliveryState.Sent : null,
            reason,
            null,
            null,
            null,
            ours ? Me : null,
            ours ? "Júlia" : null,
            null,
            [],
            null,
            HasProviderId: true,
            null
        );
}
