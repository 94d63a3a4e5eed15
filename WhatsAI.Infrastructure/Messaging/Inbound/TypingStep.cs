using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Tells open screens that a customer is typing. Nothing is stored.</summary>
public sealed class TypingStep(EventHub hub) : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var typing = context
            .Events.OfType<PresenceChanged>()
            .Where(p => p is { State: PresenceState.Composing or PresenceState.Recording, Chat.IsPerson: true })
            .Select(p => IdentityKey.Of(p.Chat))
            .OfType<IdentityKey>()
            .DistinctBy(k => (k.Kind, k.Value))
            .ToList();
        if (typing.Count == 0 || !hub.HasSubscribers(context.Tenant))
        {
            return;
        }

        await using var command = context.Connection.Sql(
            """
            SELECT c.id FROM unnest($3::text[], $4::text[]) AS k (kind, value)
            JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = k.kind AND i.value = k.value
            JOIN conversations c ON c.tenant_id = $1 AND c.instance_id = $2 AND c.contact_id = i.contact_id
            """,
            context.Tenant.Value,
            context.Instance.Value,
            typing.ConvertAll(k => k.Kind.ToString()).ToArray(),
            typing.ConvertAll(k => k.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            context.Changes.Add(new CustomerTyping(context.Tenant, new ConversationId(reader.GetGuid(0))));
        }
    }
}
