using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Whoever writes one of the company's opt-out words is suppressed at once, by every identity known of him, and told so once.</summary>
public sealed class OptOutStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var asked = context
            .Arrivals.Where(a =>
                a is { Direction: MessageDirection.In, History: false, Contact: not null, Message.Body: TextBody text }
                && OptOut.IsAskedBy(text.Text, context.Settings.OptOutWords)
            )
            .DistinctBy(a => a.Contact)
            .ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var suppressed = await SuppressAsync(context, asked.ConvertAll(a => a.Contact!.Value), cancellation);
        if (suppressed.Count > 0)
        {
            await CampaignSql.OptedOutAsync(context.Connection, context.Tenant, suppressed, cancellation);
        }

        foreach (var arrival in asked.Where(a => suppressed.Contains(a.Contact!.Value)))
        {
            if (await CanAnswerAsync(context, arrival.Conversation, cancellation))
            {
                await ConfirmAsync(context, arrival.Conversation, cancellation);
            }
        }
    }

    /// <summary>
    /// Those of whom something was new. In one statement and sorted: two numbers of a company may hear the same people at once, and must not wait for each
    /// other in a circle.
    /// </summary>
    private static async Task<HashSet<ContactId>> SuppressAsync(
        InboundContext context,
        List<ContactId> contacts,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            WITH fresh AS (
                INSERT INTO suppressions (tenant_id, kind, value, reason, since)
                SELECT $1, kind, value, 'opt-out', $3 FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY kind, value
                ON CONFLICT DO NOTHING
                RETURNING kind, value
            )
            SELECT DISTINCT i.contact_id FROM fresh f JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = f.kind AND i.value = f.value
            """,
            context.Tenant.Value,
            contacts.ConvertAll(c => c.Value).ToArray(),
            context.Now.ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var suppressed = new HashSet<ContactId>();
        while (await reader.ReadAsync(cancellation))
        {
            suppressed.Add(new ContactId(reader.GetGuid(0)));
        }

        return suppressed;
    }

    /// <summary>
    /// Whether the number that serves the conversation is still there: what a customer wrote to it before it was deleted is processed all the same, and his
    /// wish counts for every other number. Shared, so that it is not deleted between this look and the answer.
    /// </summary>
    private static async Task<bool> CanAnswerAsync(InboundContext context, ConversationId conversation, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            SELECT 1 FROM conversations c JOIN instances i ON i.tenant_id = $1 AND i.id = c.instance_id
            WHERE c.tenant_id = $1 AND c.id = $2 AND i.deleted_at IS NULL FOR SHARE OF i
            """,
            context.Tenant.Value,
            conversation.Value
        );
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static async Task ConfirmAsync(InboundContext context, ConversationId conversation, CancellationToken cancellation)
    {
        var text = OptOutText.Confirmation(context.Settings.Language);
        var confirmation = new OutgoingMessage(conversation, new TextBody(text), MessageOrigin.System, Lane.Automation);
        var queued = await Outbox.QueueAsync(context.Connection, context.Tenant, confirmation, context.Clock, context.Now, cancellation);
        context.Changes.Add(new MessageChanged(context.Tenant, conversation, queued.Id));
        context.Due.Add(WorkKind.Outbound);
    }
}
