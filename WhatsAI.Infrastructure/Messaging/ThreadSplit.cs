using System.Text.Json;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// A thread that was joined into another comes out again, with the messages it had. It comes out resolved: the opening that both shared goes on in the other one, and so
/// does what was said since.
/// </summary>
internal static class ThreadSplit
{
    public static async Task<List<(ConversationId Thread, JoinedThread Joined)>> JoinedAsync(ContactMove move, CancellationToken ct)
    {
        await using var command = move.Sql(
            $"SELECT item_id, data FROM contact_moves WHERE tenant_id = $1 AND merge_id = $2 AND part = '{ThreadJoin.Joined}' AND $3 <> $4 ORDER BY 1"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var joined = new List<(ConversationId, JoinedThread)>();
        while (await reader.ReadAsync(ct))
        {
            joined.Add(
                (new ConversationId(reader.GetGuid(0)), JsonSerializer.Deserialize<JoinedThread>(reader.GetString(1), JoinedThread.Json)!)
            );
        }

        return joined;
    }

    public static async Task RunAsync(ContactMove move, (ConversationId Thread, JoinedThread Joined) one, CancellationToken ct)
    {
        var (thread, joined) = one;
        var winner = new ConversationId(joined.Winner);
        var head = (await HeadSql.LockAsync(move.Connection, move.Tenant, [winner], ct)).GetValueOrDefault(winner);
        if (head is null || !await MadeAsync(move, thread, winner, ct))
        {
            return;
        }

        foreach (var table in ThreadJoin.Parts)
        {
            // An opening that goes on is the one the other thread is in.
            var closed = table == "episodes" ? "AND t.resolved_at IS NOT NULL" : "";
            await move.RunAsync(
                $"""
                UPDATE {table} t SET conversation_id = $5 FROM contact_moves m
                WHERE m.tenant_id = $1 AND m.merge_id = $2 AND m.part = '{table}' AND m.place_id = $5 AND t.tenant_id = $1 AND t.id = m.item_id
                    AND t.conversation_id = $6 AND $3 <> $4 {closed}
                """,
                ct,
                thread.Value,
                winner.Value
            );
        }

        await FollowAsync(move, thread, joined, ct);
        await HeadsAsync(move, thread, joined, head, ct);
    }

    /// <summary>Whether the thread is there again: not where the number is gone, or has another thread with the person by now.</summary>
    private static async Task<bool> MadeAsync(ContactMove move, ConversationId thread, ConversationId winner, CancellationToken ct)
    {
        await using var command = move.Sql(
            $"""
            INSERT INTO conversations
            SELECT r.* FROM contact_moves m
            JOIN conversations w ON w.tenant_id = $1 AND w.id = $6 AND w.instance_id = m.place_id AND w.contact_id = $3
            CROSS JOIN jsonb_populate_record(NULL::conversations, m.data -> 'row' || jsonb_build_object('contact_id', $4)) r
            WHERE m.tenant_id = $1 AND m.merge_id = $2 AND m.part = '{ThreadJoin.Joined}' AND m.item_id = $5
            ON CONFLICT DO NOTHING
            """,
            thread.Value,
            winner.Value
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static Task FollowAsync(ContactMove move, ConversationId thread, JoinedThread joined, CancellationToken ct) =>
        move.RunAsync(
            """
            WITH replies AS (
                UPDATE next_replies r SET conversation_id = $5 FROM episodes e
                WHERE r.tenant_id = $1 AND r.conversation_id = $6 AND e.tenant_id = $1 AND e.id = r.episode_id AND e.conversation_id = $5 AND $3 <> $4
            )
            INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
            SELECT $1, $5, l.id FROM labels l WHERE l.tenant_id = $1 AND l.id = ANY ($7) AND $2 IS NOT NULL ON CONFLICT DO NOTHING
            """,
            ct,
            thread.Value,
            joined.Winner,
            joined.Labels
        );

    private static async Task HeadsAsync(
        ContactMove move,
        ConversationId thread,
        JoinedThread joined,
        ConversationHead head,
        CancellationToken ct
    )
    {
        var counters = new ConversationCounters();
        var written = new List<ConversationHead>();
        if (joined.Own is { } own)
        {
            var again = With(head, own) with
            {
                ConversationId = thread,
                Status = ConversationStatus.Resolved,
                EpisodeId = null,
                Unread = 0,
                AssigneeId = null,
                TeamId = null,
                Priority = ConversationPriority.Normal,
                SnoozedUntil = null,
                WaitingSince = null,
                Sla = null,
            };
            written.Add(again);
            counters.Moved(null, again);
        }

        if (joined is { Theirs: { } theirs, Own.LastMessageId: { } last } && head.LastMessageId == last)
        {
            var after = With(head, theirs);
            written.Add(after);
            counters.Moved(head, after);
        }

        await HeadSql.WriteAsync(move.Connection, written, ct);
        await counters.ApplyAsync(move.Connection, move.Tenant, ct);
    }

    private static ConversationHead With(ConversationHead head, HeadTail tail) =>
        head with
        {
            LastMessageId = tail.LastMessageId,
            LastAt = tail.LastAt,
            LastPreview = tail.LastPreview,
            LastKind = tail.LastKind,
            LastDirection = tail.LastDirection,
            LastDelivery = tail.LastDelivery,
            LastInboundAt = tail.LastInboundAt,
        };
}
