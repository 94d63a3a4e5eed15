using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What is particular to messages that were missed and found at the gateway: they are counted for their gap, and may have been answered already.</summary>
internal static class Recoveries
{
    /// <summary>
    /// Counts the batch's new messages for their gaps. In a table of their own and not in the gap's row: who fills the gap writes that one, and neither
    /// waits for the other.
    /// </summary>
    public static async Task NoteAsync(InboundContext context, CancellationToken cancellation)
    {
        var found = context
            .Arrivals.Where(a => a.Gap is not null)
            .GroupBy(a => (Gap: a.Gap!.Value, a.Conversation))
            .OrderBy(g => g.Key.Gap.Value)
            .ThenBy(g => g.Key.Conversation.Value)
            .ToList();
        if (found.Count == 0)
        {
            return;
        }

        // A gap that was swept away meanwhile (an event replayed a month later) is counted no more.
        await using var command = context.Connection.Sql(
            """
            INSERT INTO gap_conversations AS g (tenant_id, gap_id, conversation_id, recovered)
            SELECT $1, t.gap_id, t.conversation_id, t.recovered FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS t (gap_id, conversation_id, recovered)
            WHERE EXISTS (SELECT 1 FROM gaps x WHERE x.tenant_id = $1 AND x.id = t.gap_id)
            ON CONFLICT (tenant_id, gap_id, conversation_id) DO UPDATE SET recovered = g.recovered + excluded.recovered
            """,
            context.Tenant.Value,
            found.ConvertAll(g => g.Key.Gap.Value).ToArray(),
            found.ConvertAll(g => g.Key.Conversation.Value).ToArray(),
            found.ConvertAll(g => g.Count()).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellation);
        context.Changes.Add(new GapChanged(context.Tenant, context.Instance));
    }

    /// <summary>Until when the conversations of found messages had been answered on the phone: who answers there has read what came before.</summary>
    public static async Task<Dictionary<ConversationId, DateTimeOffset>> ReadOnPhoneAsync(
        InboundContext context,
        CancellationToken cancellation
    )
    {
        var answered = new Dictionary<ConversationId, DateTimeOffset>();
        var found = context.Arrivals.FindAll(a => a is { Gap: not null, Direction: MessageDirection.In });
        if (found.Count == 0)
        {
            return answered;
        }

        await using var command = context.Connection.Sql(
            """
            SELECT conversation_id, max(sent_at) FROM messages
            WHERE tenant_id = $1 AND conversation_id = ANY ($2) AND sent_at >= $3 AND direction = 'Out' AND origin = 'Phone' GROUP BY 1
            """,
            context.Tenant.Value,
            found.Select(a => a.Conversation.Value).Distinct().ToArray(),
            found.Min(a => a.SentAt).ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            answered[new ConversationId(reader.GetGuid(0))] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        return answered;
    }

    /// <summary>Two threads become one: what gaps brought to the first is the second's.</summary>
    public static async Task JoinAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ConversationId loser,
        ConversationId winner,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO gap_conversations AS g (tenant_id, gap_id, conversation_id, recovered)
            SELECT tenant_id, gap_id, $3, recovered FROM gap_conversations WHERE tenant_id = $1 AND conversation_id = $2
            ON CONFLICT (tenant_id, gap_id, conversation_id) DO UPDATE SET recovered = g.recovered + excluded.recovered
            """,
            tenant.Value,
            loser.Value,
            winner.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
