using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>What a customer writes within a campaign's days is an answer to it: counted once, and said in the thread, so that who answers knows what it is about.</summary>
public sealed class CampaignReplyStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var written = context
            .Arrivals.Where(a => a is { Direction: MessageDirection.In, History: false, Contact: not null })
            .GroupBy(a => a.Contact!.Value)
            .ToDictionary(g => g.Key, g => g.ToList());
        if (written.Count == 0)
        {
            return;
        }

        var answers = new List<Answer>();
        foreach (var group in (await MessagesAsync(context, written.Keys, cancellation)).GroupBy(m => m.Contact))
        {
            foreach (var arrival in written[group.Key])
            {
                var isOptOut = arrival.Message.Body is TextBody text && OptOut.IsAskedBy(text.Text, context.Settings.OptOutWords);
                if (
                    ReplyRule.Answers(group.Select(m => m.Message), arrival.SentAt, isOptOut) is { } campaign
                    && group.First(m => m.Message.Campaign == campaign) is { IsFresh: true } answered
                    && !answers.Exists(a => a.Campaign == campaign && a.Contact == group.Key)
                )
                {
                    answers.Add(new Answer(campaign, group.Key, arrival, answered.Name));
                }
            }
        }

        if (answers.Count > 0)
        {
            await WriteAsync(context, answers, cancellation);
        }
    }

    /// <summary>Campaign messages to these people that may still be answered. The provider's times are whole seconds, so a second is given.</summary>
    private static async Task<List<Sent>> MessagesAsync(
        InboundContext context,
        IEnumerable<ContactId> contacts,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            SELECT s.contact_id, s.campaign_id, s.at - interval '1 second', c.reply_days, coalesce(m.delivery, 'Sent'), c.name,
                r.replied_at IS NULL AND NOT EXISTS (
                    SELECT FROM campaign_news n WHERE n.campaign_id = s.campaign_id AND n.contact_id = s.contact_id AND n.kind = 'Replied')
            FROM campaign_sends s
            JOIN campaigns c ON c.tenant_id = $1 AND c.id = s.campaign_id
            JOIN campaign_recipients r ON r.tenant_id = $1 AND r.campaign_id = s.campaign_id AND r.contact_id = s.contact_id
            LEFT JOIN messages m ON m.tenant_id = $1 AND m.id = s.message_id
            WHERE s.tenant_id = $1 AND s.contact_id = ANY ($2) AND s.at > now() - $3::interval
            """,
            context.Tenant.Value,
            contacts.Select(c => c.Value).ToArray(),
            TimeSpan.FromDays(ReplyRule.MostDays + 1)
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var messages = new List<Sent>();
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add(
                new Sent(
                    new ContactId(reader.GetGuid(0)),
                    new AnswerableMessage(
                        new CampaignId(reader.GetGuid(1)),
                        reader.GetFieldValue<DateTimeOffset>(2),
                        reader.GetInt32(3),
                        RecipientStates.Of(Enum.Parse<DeliveryState>(reader.GetString(4)))
                    ),
                    reader.GetString(5),
                    reader.GetBoolean(6)
                )
            );
        }

        return messages;
    }

    private static async Task WriteAsync(InboundContext context, List<Answer> answers, CancellationToken cancellation)
    {
        await using (
            var command = context.Connection.Sql(
                """
                INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at)
                SELECT $1, t.campaign_id, t.contact_id, 'Replied', t.at FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) AS t (campaign_id, contact_id, at)
                JOIN campaign_work w ON w.campaign_id = t.campaign_id
                """,
                context.Tenant.Value,
                answers.ConvertAll(a => a.Campaign.Value).ToArray(),
                answers.ConvertAll(a => a.Contact.Value).ToArray(),
                answers.ConvertAll(a => a.Arrival.SentAt.UtcDateTime).ToArray()
            )
        )
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        var lines = await ActivityLines.AddAsync(
            context.Connection,
            answers.ConvertAll(a => new ActivityLine(
                HeadOf(context, a.Arrival.Conversation),
                "line.campaign-answered",
                [a.Name],
                Author: null
            )),
            context.Now,
            cancellation
        );
        context.Changes.UnionWith(lines.Select(l => new MessageChanged(context.Tenant, l.Conversation, l.Line)));
    }

    // A line names the thread and the number, and nothing else of a head.
    private static ConversationHead HeadOf(InboundContext context, ConversationId conversation) =>
        new()
        {
            ConversationId = conversation,
            TenantId = context.Tenant,
            InstanceId = context.Instance,
            Kind = ConversationKind.Person,
            Status = ConversationStatus.Open,
            LastAt = context.Now,
        };

    /// <param name="IsFresh">Nothing was counted as an answer yet.</param>
    private sealed record Sent(ContactId Contact, AnswerableMessage Message, string Name, bool IsFresh);

    private sealed record Answer(CampaignId Campaign, ContactId Contact, Arrival Arrival, string Name);
}
