using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Health;

/// <summary>
/// What an operator looks at when something is slow or missing, of his own company. Every read goes by an index that holds nothing but what it is about, and
/// stops at a limit: looking at a console in trouble must not make it worse.
/// </summary>
public sealed class HealthQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int Most = 50;

    private const string Person = """
        LEFT JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
        LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = c.contact_id
        """;

    public async Task<HealthNow> NowAsync(CancellationToken ct = default)
    {
        await using var transaction = await BeginAsync(ct);
        var queues = await ListAsync(
            transaction,
            """
            SELECT l.lane, coalesce(sum(q.n), 0), min(q.oldest)
            FROM unnest($2::smallint[]) AS l (lane) LEFT JOIN instances i ON i.tenant_id = $1 LEFT JOIN LATERAL (
                SELECT count(*) AS n, min(sent_at) AS oldest FROM (
                    SELECT sent_at FROM messages WHERE instance_id = i.id AND lane = l.lane AND delivery = 'Queued' ORDER BY sent_at, id LIMIT 1000) x
            ) q ON true
            WHERE l.lane <> $3 GROUP BY l.lane
            UNION ALL
            SELECT $3, coalesce(sum(q.waiting), 0), min(h.queued_at)
            FROM pool_queues q CROSS JOIN LATERAL (
                SELECT m.queued_at FROM pool_messages m
                WHERE m.tenant_id = $1 AND m.pool_id = q.pool_id AND m.campaign_id = q.campaign_id AND m.priority = q.priority ORDER BY m.not_before, m.id LIMIT 1
            ) h WHERE q.tenant_id = $1 AND q.waiting > 0
            ORDER BY 1
            """,
            r => new QueueRow((Lane)r.GetInt16(0), (int)r.GetDecimal(1), Time(r, 2)),
            ct,
            Enum.GetValues<Lane>().Select(l => (short)l).ToArray(),
            (short)Lane.Campaign
        );
        var backlog = await ListAsync(
            transaction,
            """
            SELECT coalesce(sum(q.n), 0), (SELECT min(received_at) FROM journal WHERE tenant_id = $1 AND id = ANY (array_agg(q.first)))
            FROM instances i CROSS JOIN LATERAL (
                SELECT count(*) AS n, min(journal_id) AS first FROM (
                    SELECT journal_id FROM journal_pending WHERE instance_id = i.id ORDER BY journal_id LIMIT 1000) x
            ) q WHERE i.tenant_id = $1
            """,
            r => new BacklogRow((int)r.GetDecimal(0), Time(r, 1)),
            ct
        );
        var servers = await ListAsync(
            transaction,
            """
            SELECT g.name, count(i.id), max(s.gateway_seen_at), max(s.gateway_failure_at) FILTER (WHERE s.gateway_failure IS NOT NULL)
            FROM gateway_servers g
            JOIN instances i ON i.tenant_id = $1 AND i.gateway_server_id = g.id AND i.deleted_at IS NULL
            JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = i.id
            WHERE g.tenant_id = $1 AND g.removed_at IS NULL GROUP BY g.id, g.name ORDER BY g.name
            """,
            r => new ServerRow(r.GetString(0), (int)r.GetInt64(1), Time(r, 2), Time(r, 3)),
            ct
        );
        return new HealthNow(queues, backlog[0], servers);
    }

    /// <summary>The newest, one more than <see cref="Most"/> where there are more.</summary>
    public async Task<IReadOnlyList<ProblemRow>> ProblemsAsync(CancellationToken ct = default)
    {
        await using var transaction = await BeginAsync(ct);
        return await ListAsync(
            transaction,
            """
            SELECT j.id, j.instance_id, i.name, j.received_at, j.event, j.problem FROM (
                SELECT * FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL ORDER BY id DESC LIMIT $2
            ) j JOIN instances i ON i.tenant_id = $1 AND i.id = j.instance_id ORDER BY j.id DESC
            """,
            r => new ProblemRow(
                r.GetInt64(0),
                new InstanceId(r.GetGuid(1)),
                r.GetString(2),
                r.GetFieldValue<DateTimeOffset>(3),
                Text(r, 4),
                r.GetString(5)
            ),
            ct,
            Most + 1
        );
    }

    /// <inheritdoc cref="ProblemsAsync"/>
    public async Task<IReadOnlyList<DoubtRow>> DoubtsAsync(CancellationToken ct = default)
    {
        await using var transaction = await BeginAsync(ct);
        var rows = await ListAsync(
            transaction,
            $"""
            SELECT m.id, m.conversation_id, m.name, coalesce(p.name, p.push_name, p.phone, c.title), m.attempted_at FROM (
                SELECT x.*, i.name FROM instances i CROSS JOIN LATERAL (
                    SELECT id, conversation_id, attempted_at FROM messages
                    WHERE instance_id = i.id AND delivery IN ('Sending', 'Unconfirmed') AND delivery = 'Unconfirmed' ORDER BY attempted_at DESC LIMIT $2
                ) x WHERE i.tenant_id = $1 ORDER BY x.attempted_at DESC LIMIT $2
            ) m {Person} ORDER BY m.attempted_at DESC
            """,
            r => new DoubtRow(
                new MessageId(r.GetGuid(0)),
                new ConversationId(r.GetGuid(1)),
                r.GetString(2),
                Text(r, 3),
                r.GetFieldValue<DateTimeOffset>(4),
                Repeated: false
            ),
            ct,
            Most + 1
        );
        var keys = await ListAsync(
            transaction,
            "SELECT client_key FROM messages WHERE tenant_id = $1 AND client_key = ANY ($2)",
            r => r.GetGuid(0),
            ct,
            rows.Select(r => RepeatActions.RepeatKey(r.Id)).ToArray()
        );
        return [.. rows.Select(r => r with { Repeated = keys.Contains(RepeatActions.RepeatKey(r.Id)) })];
    }

    /// <inheritdoc cref="ProblemsAsync"/>
    public async Task<IReadOnlyList<LostFileRow>> LostFilesAsync(CancellationToken ct = default)
    {
        await using var transaction = await BeginAsync(ct);
        return await ListAsync(
            transaction,
            $"""
            SELECT m.id, m.conversation_id, i.name, coalesce(p.name, p.push_name, p.phone, c.title), m.kind, m.sent_at FROM (
                SELECT id, conversation_id, instance_id, kind, sent_at FROM messages
                WHERE tenant_id = $1 AND media_state = 'Failed' ORDER BY sent_at DESC LIMIT $2
            ) m JOIN instances i ON i.tenant_id = $1 AND i.id = m.instance_id {Person} ORDER BY m.sent_at DESC
            """,
            r => new LostFileRow(
                new MessageId(r.GetGuid(0)),
                new ConversationId(r.GetGuid(1)),
                r.GetString(2),
                Text(r, 3),
                Enum.Parse<MessageKind>(r.GetString(4)),
                r.GetFieldValue<DateTimeOffset>(5)
            ),
            ct,
            Most + 1
        );
    }

    private Task<TenantTransaction> BeginAsync(CancellationToken ct)
    {
        member.Demand(Permission.TenantManage);
        return database.BeginAsync(member.TenantId, ct);
    }

    private async Task<List<T>> ListAsync<T>(
        TenantTransaction transaction,
        string sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = transaction.Connection.Sql(sql, [member.TenantId.Value, .. values]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
