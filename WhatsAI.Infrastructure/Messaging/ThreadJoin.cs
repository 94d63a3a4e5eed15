using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>What a list shows of a thread's last message.</summary>
internal sealed record HeadTail(
    MessageId? LastMessageId,
    DateTimeOffset LastAt,
    string LastPreview,
    MessageKind LastKind,
    MessageDirection LastDirection,
    DeliveryState? LastDelivery,
    DateTimeOffset? LastInboundAt
)
{
    public static HeadTail? Of(ConversationHead? head) =>
        head is null
            ? null
            : new HeadTail(
                head.LastMessageId,
                head.LastAt,
                head.LastPreview,
                head.LastKind,
                head.LastDirection,
                head.LastDelivery,
                head.LastInboundAt
            );
}

/// <summary>What is noted of a thread that was joined into another of the same number, so that it can be taken out again.</summary>
/// <param name="Winner">Where its messages are.</param>
/// <param name="Own">As its row in a list was.</param>
/// <param name="Theirs">As the other one's was.</param>
internal sealed record JoinedThread(Guid Winner, HeadTail? Own, HeadTail? Theirs, Guid[] Labels)
{
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) } };
}

/// <summary>Two threads of one number with one person become one.</summary>
internal static class ThreadJoin
{
    public const string Joined = "joined";

    /// <summary>What a thread has, each by its own id.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["messages", "episodes", "surveys", "notices", "scheduled_messages"];

    // What follows one of those, or is spent in a moment.
    private static readonly string[] _followers = ["next_replies", "read_receipts_due"];

    // What both have once stays once; who blocked the person under one of his names meant him.
    private static readonly string[] _once =
    [
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
        "DELETE FROM conversations WHERE tenant_id = $1 AND id = $2 AND id <> $3",
    ];

    public static async Task JoinAsync(
        ContactMove move,
        IHeadClock clock,
        ConversationId loser,
        ConversationId winner,
        CancellationToken ct
    )
    {
        var heads = await HeadSql.LockAsync(move.Connection, move.Tenant, [loser, winner], ct);
        var (lost, before) = (heads.GetValueOrDefault(loser), heads.GetValueOrDefault(winner));
        if (move.IsNoted)
        {
            await NoteAsync(move, loser, winner, lost, before, ct);
        }

        await Recoveries.JoinAsync(move.Connection, move.Tenant, loser, winner, ct);
        foreach (var table in Parts)
        {
            await move.RunAsync(
                $"""
                WITH moved AS (UPDATE {table} SET conversation_id = $6 WHERE tenant_id = $1 AND conversation_id = $5 RETURNING id)
                INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number, place_id)
                SELECT $1, $2, '{table}', id, 0, $5 FROM moved WHERE $7 AND $3 <> $4
                """,
                ct,
                loser.Value,
                winner.Value,
                move.IsNoted
            );
        }

        string[] rest =
        [
            .. _followers.Select(table => $"UPDATE {table} SET conversation_id = $3 WHERE tenant_id = $1 AND conversation_id = $2"),
            .. _once,
        ];
        foreach (var sql in rest)
        {
            await using var command = move.Connection.Sql(sql, move.Tenant.Value, loser.Value, winner.Value);
            await command.ExecuteNonQueryAsync(ct);
        }

        await HeadAsync(move, clock, lost, before, winner, ct);
    }

    private static async Task HeadAsync(
        ContactMove move,
        IHeadClock clock,
        ConversationHead? lost,
        ConversationHead? before,
        ConversationId winner,
        CancellationToken ct
    )
    {
        if (lost is null)
        {
            return;
        }

        var counters = new ConversationCounters();
        counters.Moved(lost, null);
        var joined = before is null ? new JoinedHead(lost with { ConversationId = winner }, Goes: null) : HeadJoin.Of(before, lost);
        if (joined is { Goes: { } goes, Head.EpisodeId: { } stays })
        {
            await OneOpeningAsync(move, stays, goes, ct);
        }

        // The clocks of the opening that stays go on.
        var runs = before is not null && before.EpisodeId == joined.Head.EpisodeId ? before : lost;
        var after = clock.Move(runs, joined.Head, move.Now);
        await HeadSql.WriteAsync(move.Connection, [after], ct);
        counters.Moved(before, after);
        await counters.ApplyAsync(move.Connection, move.Tenant, ct);
    }

    private static Task NoteAsync(
        ContactMove move,
        ConversationId loser,
        ConversationId winner,
        ConversationHead? lost,
        ConversationHead? before,
        CancellationToken ct
    ) =>
        // The row itself, so that it can be made again as it was.
        move.RunAsync(
            $"""
            INSERT INTO contact_moves (tenant_id, merge_id, part, item_id, number, place_id, data)
            SELECT $1, $2, '{Joined}', c.id, 0, c.instance_id,
                $6 || jsonb_build_object(
                    'labels', (SELECT coalesce(jsonb_agg(l.label_id), '[]') FROM conversation_labels l WHERE l.tenant_id = $1 AND l.conversation_id = $5),
                    'row', to_jsonb(c)
                )
            FROM conversations c WHERE c.tenant_id = $1 AND c.id = $5 AND $3 <> $4
            """,
            ct,
            loser.Value,
            JsonParameter.Of(
                JsonSerializer.Serialize(new JoinedThread(winner.Value, HeadTail.Of(lost), HeadTail.Of(before), []), JoinedThread.Json)
            )
        );

    /// <summary>Two episodes that were open at once are one: from the first word, with the first answer.</summary>
    private static async Task OneOpeningAsync(ContactMove move, EpisodeId stays, EpisodeId goes, CancellationToken ct)
    {
        await using var command = move.Connection.Sql(
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
            move.Tenant.Value,
            stays.Value,
            goes.Value
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
