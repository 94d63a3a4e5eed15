using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Two contacts that turned out to be one person (a hidden id whose phone was learned): identities and threads go to the one with the phone. Where both
/// have a thread with the same number, the messages are joined in it.
/// </summary>
internal static class ContactMerge
{
    public static async Task RunAsync(InboundContext context, ContactId from, ContactId into, CancellationToken cancellation)
    {
        if (from == into)
        {
            return;
        }

        await RunAsync(
            context,
            """
            UPDATE contact_identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2
            """,
            from,
            into,
            cancellation
        );
        foreach (var (loser, winner) in await DoubledAsync(context, from, into, cancellation))
        {
            await JoinAsync(context, loser, winner, cancellation);
        }

        await RunAsync(
            context,
            "UPDATE conversations SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2",
            from,
            into,
            cancellation
        );
        await RunAsync(
            context,
            "UPDATE messages SET sender_id = $3 WHERE tenant_id = $1 AND sender_id = $2 AND conversation_id IN (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $3)",
            from,
            into,
            cancellation
        );
        await RunAsync(
            context,
            """
            WITH waiting AS (UPDATE pool_messages SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2)
            UPDATE campaign_sends SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2
            """,
            from,
            into,
            cancellation
        );
        await RunAsync(
            context,
            """
            UPDATE contacts c SET name = coalesce(c.name, o.name), push_name = coalesce(c.push_name, o.push_name), phone = coalesce(c.phone, o.phone)
            FROM contacts o WHERE c.tenant_id = $1 AND c.id = $3 AND o.tenant_id = $1 AND o.id = $2
            """,
            from,
            into,
            cancellation
        );
        await RunAsync(
            context,
            "UPDATE contacts SET merged_into = $3, phone = NULL WHERE tenant_id = $1 AND id = $2",
            from,
            into,
            cancellation
        );
    }

    /// <summary>The pairs of threads that both have with one number.</summary>
    private static async Task<List<(ConversationId Loser, ConversationId Winner)>> DoubledAsync(
        InboundContext context,
        ContactId from,
        ContactId into,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            SELECT a.id, b.id FROM conversations a JOIN conversations b ON b.tenant_id = $1 AND b.instance_id = a.instance_id AND b.contact_id = $3
            WHERE a.tenant_id = $1 AND a.contact_id = $2
            """,
            context.Tenant.Value,
            from.Value,
            into.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var pairs = new List<(ConversationId, ConversationId)>();
        while (await reader.ReadAsync(cancellation))
        {
            pairs.Add((new ConversationId(reader.GetGuid(0)), new ConversationId(reader.GetGuid(1))));
        }

        return pairs;
    }

    private static async Task JoinAsync(InboundContext context, ConversationId loser, ConversationId winner, CancellationToken cancellation)
    {
        var heads = await HeadSql.LockAsync(context.Connection, context.Tenant, [loser, winner], cancellation);
        await Recoveries.JoinAsync(context, loser, winner, cancellation);
        foreach (
            var table in new[] { "messages", "episodes", "next_replies", "surveys", "read_receipts_due", "notices", "scheduled_messages" }
        )
        {
            await using var move = context.Connection.Sql(
                $"UPDATE {table} SET conversation_id = $3 WHERE tenant_id = $1 AND conversation_id = $2",
                context.Tenant.Value,
                loser.Value,
                winner.Value
            );
            await move.ExecuteNonQueryAsync(cancellation);
        }

        // What both have once stays once; who blocked the person under one of his names meant him.
        foreach (
            var sql in new[]
            {
                """
                    INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
                    SELECT tenant_id, $3, label_id FROM conversation_labels WHERE tenant_id = $1 AND conversation_id = $2
                    ON CONFLICT DO NOTHING
                    """,
                """
                    INSERT INTO assignment_queue (tenant_id, conversation_id, before, queued_at)
                    SELECT tenant_id, $3, before, queued_at FROM assignment_queue WHERE tenant_id = $1 AND conversation_id = $2
                    ON CONFLICT DO NOTHING
                    """,
                """
                    UPDATE conversations c SET blocked_at = o.blocked_at, blocked_by = o.blocked_by
                    FROM conversations o WHERE o.tenant_id = $1 AND o.id = $2 AND c.tenant_id = $1 AND c.id = $3 AND c.blocked_at IS NULL
                    """,
            }
        )
        {
            await using var keep = context.Connection.Sql(sql, context.Tenant.Value, loser.Value, winner.Value);
            await keep.ExecuteNonQueryAsync(cancellation);
        }

        await using (
            var drop = context.Connection.Sql(
                "DELETE FROM conversations WHERE tenant_id = $1 AND id = $2",
                context.Tenant.Value,
                loser.Value
            )
        )
        {
            await drop.ExecuteNonQueryAsync(cancellation);
        }

        var counters = new ConversationCounters();
        if (heads.TryGetValue(loser, out var lost))
        {
            counters.Moved(lost, null);
            var before = heads.GetValueOrDefault(winner);
            var joined = before is null ? new JoinedHead(lost with { ConversationId = winner }, Goes: null) : HeadJoin.Of(before, lost);
            if (joined is { Goes: { } goes, Head.EpisodeId: { } stays })
            {
                await OneOpeningAsync(context, stays, goes, cancellation);
            }

            // The clocks of the opening that stays go on.
            var runs = before is not null && before.EpisodeId == joined.Head.EpisodeId ? before : lost;
            var after = context.Clock.Move(runs, joined.Head, context.Now);
            await HeadSql.WriteAsync(context.Connection, [after], cancellation);
            counters.Moved(before, after);
        }

        await counters.ApplyAsync(context, cancellation);
        context.Changes.Add(new EverythingChanged(context.Tenant));
    }

    /// <summary>Two episodes that were open at once are one: from the first word, with the first answer.</summary>
    private static async Task OneOpeningAsync(InboundContext context, EpisodeId stays, EpisodeId goes, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            WITH replies AS (
                UPDATE next_replies r SET episode_id = $2 WHERE r.tenant_id = $1 AND r.episode_id = $3
                    AND NOT EXISTS (SELECT FROM next_replies o WHERE o.tenant_id = $1 AND o.episode_id = $2 AND o.answered_at = r.answered_at)
            ), gone AS (
                DELETE FROM episodes WHERE tenant_id = $1 AND id = $3 RETURNING opened_at, asked_at, first_reply_at, first_reply_by, first_due_at
            )
            UPDATE episodes e SET opened_at = least(e.opened_at, g.opened_at),
                asked_at = CASE WHEN g.first_reply_at < coalesce(e.first_reply_at, 'infinity') THEN g.asked_at ELSE e.asked_at END,
                first_reply_by = CASE WHEN g.first_reply_at < coalesce(e.first_reply_at, 'infinity') THEN g.first_reply_by ELSE e.first_reply_by END,
                first_due_at = CASE WHEN g.first_reply_at < coalesce(e.first_reply_at, 'infinity') THEN g.first_due_at ELSE e.first_due_at END,
                first_reply_at = least(e.first_reply_at, g.first_reply_at)
            FROM gone g WHERE e.tenant_id = $1 AND e.id = $2
            """,
            context.Tenant.Value,
            stays.Value,
            goes.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task RunAsync(InboundContext context, string sql, ContactId from, ContactId into, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(sql, context.Tenant.Value, from.Value, into.Value);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
