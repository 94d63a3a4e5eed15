using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>A scheduled message as it was read; who changes it by this version changes nothing else.</summary>
internal sealed record Waiting(
    ScheduledMessageId Id,
    ConversationId Conversation,
    InstanceId Number,
    UserId Author,
    string Text,
    DateTimeOffset DueAt,
    uint Version
)
{
    public MediaId? Media { get; init; }

    public MessageBody? File { get; init; }

    /// <summary>What a person knows it by: its words, else its file's name.</summary>
    public string Says => Text.Length > 0 ? Text : File?.File?.FileName ?? "";
}

/// <summary>Scheduled messages by hand-written SQL, on a connection that has entered the tenant.</summary>
internal static class ScheduledSql
{
    private const string Columns = "id, conversation_id, instance_id, author_id, text, due_at, xmin, media_id, file";

    /// <summary>Of a number, the longest due first, by the database's clock.</summary>
    public static Task<List<Waiting>> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        int most,
        CancellationToken ct
    ) =>
        ReadAsync(
            connection.Sql(
                $"""
                SELECT {Columns} FROM scheduled_messages
                WHERE tenant_id = $1 AND instance_id = $2 AND state = 'Scheduled' AND due_at <= now() ORDER BY due_at, id LIMIT $3
                """,
                tenant.Value,
                number.Value,
                most
            ),
            ct
        );

    public static async Task<Waiting?> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ScheduledMessageId id,
        CancellationToken ct
    ) =>
        await ReadAsync(
            connection.Sql($"SELECT {Columns} FROM scheduled_messages WHERE tenant_id = $1 AND id = $2", tenant.Value, id.Value),
            ct
        )
            is [var found]
            ? found
            : null;

    /// <summary>How things stand for it, and the time of the transaction by the database's clock.</summary>
    public static async Task<(ScheduledFacts Facts, DateTimeOffset Now)> FactsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Waiting message,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT EXISTS (
                    SELECT FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $3 AND m.disabled_at IS NULL AND (
                        m.sees_all_numbers OR m.role IN ('Owner', 'Admin')
                        OR EXISTS (SELECT FROM member_numbers n WHERE n.tenant_id = $1 AND n.user_id = $3 AND n.instance_id = c.instance_id)
                    )
                ),
                EXISTS (
                    SELECT FROM contact_identities i JOIN suppressions s ON s.tenant_id = $1 AND s.kind = i.kind AND s.value = i.value
                    WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id
                ),
                (SELECT i.deleted_at IS NOT NULL FROM instances i WHERE i.tenant_id = $1 AND i.id = c.instance_id),
                now()
            FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2
            """,
            tenant.Value,
            message.Conversation.Value,
            message.Author.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var now = reader.GetFieldValue<DateTimeOffset>(3);
        return (new ScheduledFacts(now - message.DueAt, reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2)), now);
    }

    /// <summary>False when somebody changed, sent or cancelled it since it was read.</summary>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, TenantId tenant, Waiting message, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "DELETE FROM scheduled_messages WHERE tenant_id = $1 AND id = $2 AND xmin = $3",
            tenant.Value,
            message.Id.Value,
            Version(message.Version)
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <inheritdoc cref="RemoveAsync"/>
    public static async Task<bool> HoldAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Waiting message,
        string reason,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "UPDATE scheduled_messages SET state = 'Held', reason = $4 WHERE tenant_id = $1 AND id = $2 AND xmin = $3",
            tenant.Value,
            message.Id.Value,
            Version(message.Version),
            reason
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static NpgsqlParameter Version(uint version) => new() { Value = version, NpgsqlDbType = NpgsqlDbType.Xid };

    private static async Task<List<Waiting>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var found = new List<Waiting>();
            while (await reader.ReadAsync(ct))
            {
                found.Add(
                    new Waiting(
                        new ScheduledMessageId(reader.GetGuid(0)),
                        new ConversationId(reader.GetGuid(1)),
                        new InstanceId(reader.GetGuid(2)),
                        new UserId(reader.GetGuid(3)),
                        reader.GetString(4),
                        reader.GetFieldValue<DateTimeOffset>(5),
                        reader.GetFieldValue<uint>(6)
                    )
                    {
                        Media = reader.IsDBNull(7) ? null : new MediaId(reader.GetGuid(7)),
                        File = reader.IsDBNull(8) ? null : MessageBodyJson.Read(reader.GetString(8)),
                    }
                );
            }

            return found;
        }
    }
}
