using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Search;

/// <summary>
/// Two functions of the database look into the text indexes, which a policy would keep the program from, and give ids of the tenant they read themselves. What is
/// shown of them is read behind the policies, as everything is.
/// </summary>
internal static class SearchSql
{
    /// <summary>The messages found, the newest first. A row without a message says how far back was looked.</summary>
    public static NpgsqlCommand Messages(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlySet<InstanceId>? numbers,
        SearchWords text,
        SearchFilter filter,
        MessageKey? before,
        int size
    ) =>
        connection.Sql(
            $"""
            SELECT s.id, s.sent_at, m.conversation_id, m.kind, m.direction, left(m.text, 20000), coalesce(p.name, p.push_name, c.title), p.phone, p.picture_id,
                coalesce(a.display_name, w.name, w.push_name, w.phone), i.name
            FROM search_messages($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) WITH ORDINALITY AS s (id, sent_at, place)
            LEFT JOIN messages m ON m.tenant_id = $1 AND m.id = s.id
            LEFT JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id AND {NumberSight.In("c.instance_id", 4)}
            LEFT JOIN instances i ON i.tenant_id = $1 AND i.id = m.instance_id
            LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = c.contact_id
            LEFT JOIN contacts w ON w.tenant_id = $1 AND w.id = m.sender_id AND c.kind = 'Group'
            LEFT JOIN users a ON a.id = m.author_id
            WHERE s.id IS NULL OR c.id IS NOT NULL
            ORDER BY s.place
            """,
            tenant.Value,
            text.Text,
            text.OpenEnd,
            NumberSight.Parameter(numbers),
            Of(NpgsqlDbType.Uuid, filter.Number?.Value),
            Of(NpgsqlDbType.Uuid, filter.Agent?.Value),
            Of(NpgsqlDbType.Uuid, filter.Label?.Value),
            Of(NpgsqlDbType.Text, filter.Direction?.ToString()),
            Of(NpgsqlDbType.Array | NpgsqlDbType.Text, filter.Kinds),
            Of(NpgsqlDbType.TimestampTz, filter.Since?.UtcDateTime),
            Of(NpgsqlDbType.TimestampTz, filter.Until?.UtcDateTime),
            Of(NpgsqlDbType.TimestampTz, before?.SentAt.UtcDateTime),
            Of(NpgsqlDbType.Uuid, before?.Id.Value),
            size
        );

    /// <summary>Conversations whose counterpart is called so or has such a number, in their order.</summary>
    public static NpgsqlCommand People(
        NpgsqlConnection connection,
        IReadOnlySet<InstanceId>? numbers,
        SearchWords text,
        SearchFilter filter,
        int size
    ) =>
        connection.Sql(
            "SELECT id FROM search_people($1, $2, $3, $4, $5, $6, $7)",
            text.Text,
            text.Digits.ToArray(),
            NumberSight.Parameter(numbers),
            Of(NpgsqlDbType.Uuid, filter.Number?.Value),
            Of(NpgsqlDbType.Uuid, filter.Agent?.Value),
            Of(NpgsqlDbType.Uuid, filter.Label?.Value),
            size
        );

    public static async Task<MessageHits> ReadAsync(NpgsqlCommand command, int size, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<MessageHit>();
            while (await reader.ReadAsync(ct))
            {
                if (reader.IsDBNull(0))
                {
                    // The day it ends with has been looked at whole.
                    var from = reader.Time(1);
                    return new MessageHits(rows, new MessageKey(from, default), from);
                }

                rows.Add(Read(reader));
            }

            return rows.Count > size ? new MessageHits(rows[..size], rows[size - 1].Key, null) : new MessageHits(rows, null, null);
        }
    }

    private static MessageHit Read(NpgsqlDataReader reader) =>
        new(
            new MessageId(reader.GetGuid(0)),
            new ConversationId(reader.GetGuid(2)),
            reader.Time(1),
            reader.Enum<MessageKind>(3),
            reader.Enum<MessageDirection>(4),
            reader.GetString(5),
            reader.TextOrNull(6),
            reader.TextOrNull(7),
            reader.GuidOrNull(8) is { } picture ? new MediaId(picture) : null,
            reader.TextOrNull(9),
            reader.GetString(10)
        );

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
