using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Whoever writes one of the company's opt-out words is suppressed at once, by every identity known of him, and told so once.</summary>
public sealed class OptOutStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        foreach (
            var arrival in context.Arrivals.Where(a =>
                a is { Direction: MessageDirection.In, History: false, Contact: not null, Message.Body: TextBody text }
                && OptOut.IsAskedBy(text.Text, context.Settings.OptOutWords)
            )
        )
        {
            if (await SuppressAsync(context, arrival.Contact!.Value, cancellation))
            {
                await ConfirmAsync(context, arrival.Conversation, cancellation);
            }
        }
    }

    /// <summary>False when nothing was new.</summary>
    private static async Task<bool> SuppressAsync(InboundContext context, ContactId contact, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            INSERT INTO suppressions (tenant_id, kind, value, reason, since)
            SELECT $1, kind, value, 'opt-out', $3 FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2
            ON CONFLICT DO NOTHING
            """,
            context.Tenant.Value,
            contact.Value,
            context.Now.ToUniversalTime()
        );
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    private static async Task ConfirmAsync(InboundContext context, ConversationId conversation, CancellationToken cancellation)
    {
        var text = OptOutText.Confirmation(context.Settings.Language);
        var confirmation = new OutgoingMessage(conversation, new TextBody(text), MessageOrigin.System, Lane.Automation);
        var id = await Outbox.QueueAsync(context.Connection, context.Tenant, confirmation, context.Now, cancellation);
        context.Changes.Add(new MessageChanged(context.Tenant, conversation, id));
        context.Due.Add(WorkKind.Outbound);
    }
}
