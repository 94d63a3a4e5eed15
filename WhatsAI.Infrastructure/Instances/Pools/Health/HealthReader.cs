using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a number is judged by.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="Before">What was found the last time; null: never looked at.</param>
/// <param name="Unacked">When messages went that nobody confirmed in time and that were not counted yet.</param>
/// <param name="Awaited">The oldest that may still be confirmed in time.</param>
internal sealed record WatchedNumber(
    DateTimeOffset Now,
    HealthFacts Facts,
    Finding? Before,
    int? Score,
    PoolId? Pool,
    MemberRole? Role,
    IReadOnlyList<DateTimeOffset> Unacked,
    DateTimeOffset? Awaited
);

/// <summary>One number's link, proofs and messages without a confirmation, in one round trip.</summary>
internal static class HealthReader
{
    private const int First = 11;
    private const string LinkColumns = NumberSql.LinkColumns;

    private const string OfNumberSql = $"""
        SELECT {LinkColumns}, now(),
            (SELECT count(*) FROM (
                SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery IN ('Sending', 'Unconfirmed') AND m.delivery = 'Unconfirmed' LIMIT 100) q),
            s.gateway_failure, s.gateway_failure_at, s.gateway_seen_at, s.last_event_at, s.last_inbound_at, s.last_outbound_at, s.last_receipt_at,
            s.ack_ms, s.usual_ack_ms, s.webhook_lag_ms, p.pool_id, p.role, w.verdict, w.cause, w.verdict_since, w.verdict_until, w.inbound_only, w.score,
            EXISTS (SELECT FROM standbys b WHERE b.tenant_id = i.tenant_id AND b.instance_id = i.id AND b.moved_at = s.state_since)
        FROM instances i
        JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
        LEFT JOIN pool_members p ON p.tenant_id = i.tenant_id AND p.instance_id = i.id
        LEFT JOIN watch_states w ON w.tenant_id = i.tenant_id AND w.instance_id = i.id
        WHERE i.tenant_id = $1 AND i.id = $2 AND i.deleted_at IS NULL
        """;

    // One for each person: six lines to one phone that is off are one phone that is off. Groups' members confirm nothing that the gateway passes on.
    private const string UnackedSql = """
        SELECT first, first <= now() - $4::interval FROM (
            SELECT min(m.attempted_at) AS first FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id AND c.kind = 'Person'
            WHERE m.instance_id = $2 AND m.delivery = 'Sent' AND m.tenant_id = $1 AND m.attempted_at > greatest($3, now() - interval '1 day')
            GROUP BY m.conversation_id) f
        WHERE first > coalesce((SELECT w.acks_counted_to FROM watch_states w WHERE w.tenant_id = $1 AND w.instance_id = $2), now() - $4::interval)
        ORDER BY first LIMIT 50
        """;

    /// <summary>Null for a number that is not there or was deleted. The watch row is locked by the caller.</summary>
    public static async Task<WatchedNumber?> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        WatchState watch,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(OfNumberSql, tenant.Value, instance.Value),
                TenantSql.Command(
                    UnackedSql,
                    tenant.Value,
                    instance.Value,
                    new NpgsqlParameter
                    {
                        NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz,
                        Value = (object?)watch.AckedAt?.ToUniversalTime() ?? DBNull.Value,
                    },
                    WatchRules.AckPatience
                ),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }

        var number = Number(reader, watch);
        await reader.NextResultAsync(cancellation);
        var unacked = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancellation))
        {
            var at = reader.GetFieldValue<DateTimeOffset>(0);
            if (!reader.GetBoolean(1))
            {
                return number with { Unacked = unacked, Awaited = at };
            }

            unacked.Add(at);
        }

        return number with
        {
            Unacked = unacked,
        };
    }

    private static WatchedNumber Number(NpgsqlDataReader reader, WatchState watch)
    {
        var facts = new NumberFacts(
            ConnectionSql.Facts(reader, 0),
            Unconfirmed: (int)reader.GetInt64(First + 1),
            Queued: 0,
            GatewayFailure: reader.Text(First + 2)
        )
        {
            GatewayFailedAt = reader.Value<DateTimeOffset>(First + 3),
            GatewaySeenAt = reader.Value<DateTimeOffset>(First + 4),
            LastEventAt = reader.Value<DateTimeOffset>(First + 5),
            LastInboundAt = reader.Value<DateTimeOffset>(First + 6),
            LastOutboundAt = reader.Value<DateTimeOffset>(First + 7),
            HasMoved = reader.GetBoolean(First + 20),
        };
        return new WatchedNumber(
            reader.GetFieldValue<DateTimeOffset>(First),
            new HealthFacts(facts, watch)
            {
                LastDeliveryAt = reader.Value<DateTimeOffset>(First + 8),
                AckTime = Milliseconds(reader, First + 9),
                UsualAckTime = Milliseconds(reader, First + 10),
                WebhookLag = Milliseconds(reader, First + 11),
            },
            reader.Text(First + 15) is { } cause
                ? new Finding(
                    Enum.Parse<Verdict>(reader.GetString(First + 14)),
                    cause,
                    reader.GetFieldValue<DateTimeOffset>(First + 16),
                    reader.Value<DateTimeOffset>(First + 17),
                    reader.GetBoolean(First + 18)
                )
                : null,
            reader.Value<short>(First + 19),
            reader.Value<Guid>(First + 12) is { } pool ? new PoolId(pool) : null,
            reader.Text(First + 13) is { } role ? Enum.Parse<MemberRole>(role) : null,
            [],
            null
        );
    }

    private static TimeSpan? Milliseconds(NpgsqlDataReader reader, int column) =>
        reader.Value<int>(column) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
