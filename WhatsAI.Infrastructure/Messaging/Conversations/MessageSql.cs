using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>The thread's reads; one row holds all that is shown of a message.</summary>
internal static class MessageSql
{
    /// <summary>The present names of those whom a note "m" mentions; null of any other message.</summary>
    public const string MentionedColumn = """
        CASE WHEN m.kind = 'Note' THEN (
            SELECT jsonb_object_agg(w.id, w.display_name)::text FROM users w
            WHERE w.id IN (SELECT (x -> 'user' ->> 'value')::uuid FROM jsonb_array_elements(m.body -> 'mentions') x)
        ) END
        """;

    private const string Columns = $"""
        m.id, m.conversation_id, m.instance_id, m.direction, m.origin, m.kind, m.text, m.body::text, m.sent_at, m.delivery,
        m.reason, m.edited_at, m.deleted_at, coalesce(s.name, s.push_name, s.phone), m.author_id, a.display_name, m.reply_to_provider_id, q.id, q.kind, left(q.text, 300),
        q.direction, qa.display_name, coalesce(qs.name, qs.push_name, qs.phone), q.deleted_at, m.media_state, m.media_id, f.content_type, f.size, f.file_name, m.provider_id IS NOT NULL,
        m.client_key, r.emojis, r.counts, r.mine, m.recovered_at IS NOT NULL, {MentionedColumn}
        """;

    // A reaction and a quote name their message by the provider's id, which may be unknown here.
    private const string Joins = """
         m
        LEFT JOIN users a ON a.id = m.author_id
        LEFT JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
        LEFT JOIN contacts s ON s.tenant_id = m.tenant_id AND s.id = m.sender_id AND c.kind = 'Group'
        LEFT JOIN media_files f ON f.tenant_id = m.tenant_id AND f.id = m.media_id
        LEFT JOIN messages q
            ON q.tenant_id = m.tenant_id AND q.instance_id = m.instance_id AND q.provider_id = m.reply_to_provider_id
            AND q.conversation_id = m.conversation_id
        LEFT JOIN users qa ON qa.id = q.author_id
        LEFT JOIN contacts qs ON qs.tenant_id = q.tenant_id AND qs.id = q.sender_id AND c.kind = 'Group'
        LEFT JOIN LATERAL (
            SELECT array_agg(e.emoji ORDER BY e.first) AS emojis, array_agg(e.number ORDER BY e.first) AS counts, array_agg(e.mine ORDER BY e.first) AS mine
            FROM (
                SELECT x.emoji, count(*)::int AS number, bool_or(x.actor = 'me') AS mine, min(x.at) AS first
                FROM reactions x
                WHERE x.tenant_id = m.tenant_id AND x.instance_id = m.instance_id AND x.target_provider_id = m.provider_id AND x.emoji <> ''
                GROUP BY x.emoji
            ) e
        ) r ON true
        """;

    /// <summary>The newest messages before <paramref name="before"/>, one more than asked, newest first.</summary>
    public static NpgsqlCommand Page(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        ConversationId conversation,
        MessageKey? before,
        int size
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns}
            FROM (
                SELECT * FROM messages
                WHERE tenant_id = $1 AND conversation_id = $2 AND (sent_at, id) < ($3, $4) AND {IsSeen(6)}
                ORDER BY sent_at DESC, id DESC
                LIMIT $5
            ){Joins}
            ORDER BY m.sent_at DESC, m.id DESC
            """,
            tenant.Value,
            conversation.Value,
            (before?.SentAt ?? DateTimeOffset.MaxValue).UtcDateTime,
            before?.Id.Value ?? Guid.AllBitsSet,
            size + 1,
            NumberSight.Parameter(numbers)
        );

    /// <summary>What was said, from the oldest on: customers' messages and those of the ledger, without what the console or a member wrote for the house.</summary>
    public static NpgsqlCommand Said(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        ConversationId conversation,
        MessageKey? after,
        int size
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns}
            FROM (
                SELECT * FROM messages
                WHERE tenant_id = $1 AND conversation_id = $2 AND (sent_at, id) > ($3, $4)
                    AND (direction = 'In' OR delivery IS NOT NULL) AND {IsSeen(6)}
                ORDER BY sent_at, id
                LIMIT $5
            ){Joins}
            ORDER BY m.sent_at, m.id
            """,
            tenant.Value,
            conversation.Value,
            (after?.SentAt ?? DateTimeOffset.MinValue).UtcDateTime,
            after?.Id.Value ?? Guid.Empty,
            size,
            NumberSight.Parameter(numbers)
        );

    /// <summary>The messages between two places, the first included, newest first: what is loaded before a jump.</summary>
    public static NpgsqlCommand Span(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        ConversationId conversation,
        MessageKey from,
        MessageKey before,
        int limit
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns}
            FROM (
                SELECT * FROM messages
                WHERE tenant_id = $1 AND conversation_id = $2 AND (sent_at, id) < ($3, $4) AND (sent_at, id) >= ($5, $6) AND {IsSeen(8)}
                ORDER BY sent_at DESC, id DESC
                LIMIT $7
            ){Joins}
            ORDER BY m.sent_at DESC, m.id DESC
            """,
            tenant.Value,
            conversation.Value,
            before.SentAt.UtcDateTime,
            before.Id.Value,
            from.SentAt.UtcDateTime,
            from.Id.Value,
            limit,
            NumberSight.Parameter(numbers)
        );

    /// <summary>The messages after <paramref name="after"/>, oldest first, one more than asked.</summary>
    public static NpgsqlCommand After(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        ConversationId conversation,
        MessageKey after,
        int size
    ) =>
        connection.Sql(
            $"""
            SELECT {Columns}
            FROM (
                SELECT * FROM messages
                WHERE tenant_id = $1 AND conversation_id = $2 AND (sent_at, id) > ($3, $4) AND {IsSeen(6)}
                ORDER BY sent_at, id
                LIMIT $5
            ){Joins}
            ORDER BY m.sent_at, m.id
            """,
            tenant.Value,
            conversation.Value,
            after.SentAt.UtcDateTime,
            after.Id.Value,
            size + 1,
            NumberSight.Parameter(numbers)
        );

    public static NpgsqlCommand ByIds(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        IEnumerable<MessageId> ids
    ) =>
        connection.Sql(
            $"SELECT {Columns} FROM messages{Joins} WHERE m.tenant_id = $1 AND m.id = ANY($2) AND {NumberSight.In("c.instance_id", 3)}",
            tenant.Value,
            ids.Select(id => id.Value).ToArray(),
            NumberSight.Parameter(numbers)
        );

    // Asked once for the whole thread. The number that serves the conversation decides, not those that its messages once came through.
    private static string IsSeen(int parameter) =>
        $"(${parameter}::uuid[] IS NULL OR EXISTS (SELECT FROM conversations v WHERE v.tenant_id = $1 AND v.id = $2 AND v.instance_id = ANY (${parameter})))";

    public static async Task<List<MessageRow>> RowsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<MessageRow>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(Read(reader));
            }

            return rows;
        }
    }

    private static MessageRow Read(NpgsqlDataReader reader)
    {
        var body = MessageBodyJson.Read(reader.GetString(7));
        return new MessageRow(
            new MessageId(reader.GetGuid(0)),
            new ConversationId(reader.GetGuid(1)),
            new InstanceId(reader.GetGuid(2)),
            reader.Enum<MessageDirection>(3),
            reader.Enum<MessageOrigin>(4),
            reader.Enum<MessageKind>(5),
            reader.GetString(6),
            body,
            reader.Time(8),
            reader.EnumOrNull<DeliveryState>(9),
            reader.TextOrNull(10),
            reader.TimeOrNull(11),
            reader.TimeOrNull(12),
            reader.TextOrNull(13),
            reader.GuidOrNull(14) is { } author ? new UserId(author) : null,
            reader.TextOrNull(15),
            reader.IsDBNull(16) ? null : ReadQuote(reader),
            reader.IsDBNull(31) ? [] : ReadReactions(reader),
            body.File is null ? null : ReadMedia(reader, body.File),
            reader.GetBoolean(29),
            reader.GuidOrNull(30)
        )
        {
            IsRecovered = reader.GetBoolean(34),
            Mentioned = ReadMentioned(reader, 35),
        };
    }

    /// <param name="reader">At a row.</param>
    /// <param name="at">Where <see cref="MentionedColumn"/> is.</param>
    public static IReadOnlyList<MentionedName> ReadMentioned(NpgsqlDataReader reader, int at) =>
        reader.TextOrNull(at) is { } names
            ? [.. JsonSerializer.Deserialize<Dictionary<Guid, string>>(names)!.Select(n => new MentionedName(new UserId(n.Key), n.Value))]
            : [];

    private static QuoteRow ReadQuote(NpgsqlDataReader reader) =>
        reader.GuidOrNull(17) is { } id
            ? new QuoteRow(
                new MessageId(id),
                reader.Enum<MessageKind>(18),
                reader.GetString(19),
                reader.Enum<MessageDirection>(20) == MessageDirection.Out,
                reader.TextOrNull(21),
                reader.TextOrNull(22),
                !reader.IsDBNull(23)
            )
            : new QuoteRow(null, MessageKind.Unsupported, "", Ours: false, null, null, Deleted: false);

    private static ReactionCount[] ReadReactions(NpgsqlDataReader reader)
    {
        var counts = reader.GetFieldValue<int[]>(32);
        var mine = reader.GetFieldValue<bool[]>(33);
        return [.. reader.GetFieldValue<string[]>(31).Select((emoji, i) => new ReactionCount(emoji, counts[i], mine[i]))];
    }

    private static MediaRow ReadMedia(NpgsqlDataReader reader, MediaReference declared) =>
        new(
            reader.GuidOrNull(25) is { } id ? new MediaId(id) : null,
            reader.EnumOrNull<MediaState>(24) ?? (reader.IsDBNull(25) ? MediaState.Failed : MediaState.Ready),
            reader.TextOrNull(26) ?? declared.MimeType,
            reader.IsDBNull(27) ? declared.Size : reader.GetInt64(27),
            declared.FileName ?? reader.TextOrNull(28)
        );
}
