using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts.Consents;
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

        var suppressed = await RecordAsync(context, asked, cancellation);
        if (suppressed.Count > 0)
        {
            await CampaignSql.OptedOutAsync(context.Connection, context.Tenant, suppressed, cancellation);
            context.Changes.Add(new ContactsChanged(context.Tenant));
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
    /// Those of whom something was new. What comes in now was said now, whatever the phone's clock shows, and after all that is on record; what is found late in a gap
    /// was said when it was sent, and takes back nothing the person said since.
    /// </summary>
    private static async Task<HashSet<ContactId>> RecordAsync(InboundContext context, List<Arrival> asked, CancellationToken cancellation)
    {
        var known = await ConsentSql.LockAsync(context.Connection, context.Tenant, asked.Select(a => a.Contact!.Value), cancellation);
        var (changes, again) = (new List<(ContactId, ConsentStep.Change)>(), new List<ContactId>());
        foreach (var arrival in asked)
        {
            var contact = arrival.Contact!.Value;
            var current = known.GetValueOrDefault(contact, Consent.Unknown);
            var saidAt =
                arrival.Gap is not null && arrival.SentAt < context.Now ? arrival.SentAt
                : current.Since > context.Now ? current.Since.Value
                : context.Now;
            var news = new ConsentNews(ConsentState.OptedOut, saidAt, ConsentSource.OptOutWord);
            switch (ConsentRules.Decide(current, news, context.Now))
            {
                case ConsentStep.Change change when known.ContainsKey(contact):
                    changes.Add((contact, change));
                    break;
                case ConsentStep.Same:
                    // By an identity that was not known then.
                    again.Add(contact);
                    break;
            }
        }

        var suppressed = await ConsentSql.WriteAsync(context.Connection, context.Tenant, changes, byName: null, cancellation);
        suppressed.UnionWith(await ConsentSql.SuppressAsync(context.Connection, context.Tenant, again, context.Now, cancellation));
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
