using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>One campaign's messages of one priority at a pool.</summary>
internal sealed record PoolLane(PoolId Pool, CampaignId Campaign, short Priority);

/// <summary>The pools' lanes that have something due, the most urgent of each first.</summary>
/// <param name="At">By the clock that paces.</param>
internal sealed record DueLanes(DateTimeOffset At, ILookup<PoolId, PoolLane> Lanes);

/// <summary>A message at the head of its lane, locked.</summary>
/// <param name="WasSent">The ledger has its key already: it was fed again while it went out.</param>
internal sealed record WaitingMessage(
    Guid Id,
    PoolLane Lane,
    ContactId? Contact,
    PhoneNumber? Phone,
    MessageBody Body,
    Guid ClientKey,
    DateTimeOffset QueuedAt,
    DateTimeOffset NotBefore,
    short Attempts,
    bool WasSent,
    MediaId? Media = null,
    AttemptMedia? File = null
);

/// <summary>Whose turn it is at a pool: a probe of the index for each lane that waits, however many messages wait in it.</summary>
internal static class PoolQueueSql
{
    /// <summary>Messages that are looked through for one to somebody who wrote first, when a number may write to strangers no more.</summary>
    private const int Depth = 200;

    internal const string LanesSql = """
        SELECT n.at, l.pool_id, l.campaign_id, l.priority FROM (SELECT clock_timestamp() + $3 AS at) n LEFT JOIN LATERAL (
            SELECT q.pool_id, q.campaign_id, q.priority, h.not_before, h.id
            FROM pool_queues q
            JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
            CROSS JOIN LATERAL (
                SELECT m.not_before, m.id FROM pool_messages m
                WHERE m.tenant_id = $1 AND m.pool_id = q.pool_id AND m.campaign_id = q.campaign_id AND m.priority = q.priority
                ORDER BY m.not_before, m.id LIMIT 1
            ) h
            WHERE q.tenant_id = $1 AND q.pool_id = ANY ($2) AND q.waiting > 0 AND c.held_at IS NULL AND h.not_before <= n.at
        ) l ON true
        ORDER BY l.priority, l.not_before, l.id
        """;

    internal const string HeadsSql = """
        SELECT m.id, m.contact_id, m.phone, m.body, m.client_key, m.queued_at, m.not_before, m.attempts,
            EXISTS (SELECT FROM messages x WHERE x.tenant_id = $1 AND x.client_key = m.client_key), m.media_id, f.hash, f.content_type, f.file_name, l.place
        FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::int[]) WITH ORDINALITY AS l (pool_id, campaign_id, priority, most, place)
        CROSS JOIN LATERAL (
            SELECT h.* FROM pool_messages h
            WHERE h.tenant_id = $1 AND h.pool_id = l.pool_id AND h.campaign_id = l.campaign_id AND h.priority = l.priority AND h.not_before <= $6
                AND h.id <> ALL ($7)
            ORDER BY h.not_before, h.id LIMIT l.most FOR UPDATE OF h SKIP LOCKED
        ) m
        LEFT JOIN media_files f ON f.tenant_id = $1 AND f.id = m.media_id
        ORDER BY l.place, m.not_before, m.id
        """;

    internal const string KnownSql = """
        SELECT m.id, m.contact_id, m.phone, m.body, m.client_key, m.queued_at, m.not_before, m.attempts,
            EXISTS (SELECT FROM messages x WHERE x.tenant_id = $1 AND x.client_key = m.client_key), m.media_id, f.hash, f.content_type, f.file_name
        FROM pool_messages m LEFT JOIN media_files f ON f.tenant_id = $1 AND f.id = m.media_id WHERE m.id = (
            SELECT a.id FROM (
                SELECT id, contact_id, phone, not_before FROM pool_messages
                WHERE tenant_id = $1 AND pool_id = $2 AND campaign_id = $3 AND priority = $4 AND not_before <= $5 AND id <> ALL ($6)
                ORDER BY not_before, id LIMIT $7
            ) a
            LEFT JOIN contact_identities i ON a.contact_id IS NULL AND i.tenant_id = $1 AND i.kind = 'Phone' AND i.value = a.phone
            WHERE EXISTS (
                SELECT FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                WHERE c.tenant_id = $1 AND c.contact_id = coalesce(a.contact_id, i.contact_id) AND h.last_inbound_at IS NOT NULL)
            ORDER BY a.not_before, a.id LIMIT 1
        ) FOR UPDATE OF m SKIP LOCKED
        """;

    public static async Task<DueLanes> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<PoolId> pools,
        TimeSpan ahead,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(LanesSql, tenant.Value, pools.Select(p => p.Value).ToArray(), ahead);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (at, lanes) = (DateTimeOffset.MinValue, new List<PoolLane>());
        while (await reader.ReadAsync(cancellation))
        {
            at = reader.GetFieldValue<DateTimeOffset>(0);
            if (!await reader.IsDBNullAsync(1, cancellation))
            {
                lanes.Add(new PoolLane(new PoolId(reader.GetGuid(1)), new CampaignId(reader.GetGuid(2)), reader.GetInt16(3)));
            }
        }

        return new DueLanes(at, lanes.ToLookup(l => l.Pool));
    }

    /// <summary>The first messages of each lane that nobody else has in hand, locked until the transaction ends, in their order.</summary>
    /// <param name="connection">In the tenant.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="lanes">And how many of each.</param>
    /// <param name="at">By the clock that paces.</param>
    /// <param name="except">Had already: one's own locks do not skip.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<List<WaitingMessage>> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<(PoolLane Lane, int Most)> lanes,
        DateTimeOffset at,
        IEnumerable<Guid> except,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            HeadsSql,
            tenant.Value,
            lanes.Select(l => l.Lane.Pool.Value).ToArray(),
            lanes.Select(l => l.Lane.Campaign.Value).ToArray(),
            lanes.Select(l => l.Lane.Priority).ToArray(),
            lanes.Select(l => l.Most).ToArray(),
            at.ToUniversalTime(),
            except.ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var messages = new List<WaitingMessage>();
        while (await reader.ReadAsync(cancellation))
        {
            messages.Add(Read(reader, lanes[(int)reader.GetInt64(13) - 1].Lane));
        }

        return messages;
    }

    /// <summary>The lane's first one to somebody who wrote to the company before.</summary>
    /// <inheritdoc cref="LockAsync"/>
    public static async Task<WaitingMessage?> LockKnownAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolLane lane,
        DateTimeOffset at,
        IEnumerable<Guid> except,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            KnownSql,
            tenant.Value,
            lane.Pool.Value,
            lane.Campaign.Value,
            lane.Priority,
            at.ToUniversalTime(),
            except.ToArray(),
            Depth
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader, lane) : null;
    }

    /// <summary>How long until something of a campaign that is not held is due; null when nothing waits.</summary>
    public static async Task<TimeSpan?> NextAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        TimeSpan ahead,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT min(h.not_before) - (clock_timestamp() + $3)
            FROM pool_queues q
            JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
            CROSS JOIN LATERAL (
                SELECT m.not_before FROM pool_messages m
                WHERE m.tenant_id = $1 AND m.pool_id = $2 AND m.campaign_id = q.campaign_id AND m.priority = q.priority
                ORDER BY m.not_before, m.id LIMIT 1
            ) h
            WHERE q.tenant_id = $1 AND q.pool_id = $2 AND q.waiting > 0 AND c.held_at IS NULL
            """,
            tenant.Value,
            pool.Value,
            ahead
        );
        return await command.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    public static NpgsqlBatchCommand DeleteCommand(TenantId tenant, IEnumerable<Guid> messages) =>
        TenantSql.Command("DELETE FROM pool_messages WHERE tenant_id = $1 AND id = ANY ($2)", tenant.Value, messages.ToArray());

    private static WaitingMessage Read(NpgsqlDataReader reader, PoolLane lane) =>
        new(
            reader.GetGuid(0),
            lane,
            reader.IsDBNull(1) ? null : new ContactId(reader.GetGuid(1)),
            !reader.IsDBNull(2) && PhoneNumber.TryParse(reader.GetString(2), out var phone) ? phone : null,
            MessageBodyJson.Read(reader.GetString(3)),
            reader.GetGuid(4),
            reader.GetFieldValue<DateTimeOffset>(5),
            reader.GetFieldValue<DateTimeOffset>(6),
            reader.GetInt16(7),
            reader.GetBoolean(8),
            reader.IsDBNull(9) ? null : new MediaId(reader.GetGuid(9)),
            reader.IsDBNull(10)
                ? null
                : new AttemptMedia(reader.GetString(10), reader.GetString(11), reader.IsDBNull(12) ? "arquivo" : reader.GetString(12))
        );
}
