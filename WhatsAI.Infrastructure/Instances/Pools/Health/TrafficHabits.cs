using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a number's traffic usually is, and how much of it is delivered. Weeks do not change within minutes: kept for ten of them.</summary>
public sealed class TrafficHabits(TimeProvider time)
{
    private const int Enough = 20;
    private const int Weeks = 8;
    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<InstanceId, (long At, Traffic Traffic)> _known = new();

    internal async ValueTask<HealthFacts> WithAsync(
        HealthFacts facts,
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        if (!_known.TryGetValue(instance, out var known) || time.GetElapsedTime(known.At) >= _fresh)
        {
            known = (time.GetTimestamp(), await ReadAsync(connection, tenant, instance, cancellation));
            _known[instance] = known;
        }

        return facts with
        {
            Habit = known.Traffic.Habit,
            Delivered = known.Traffic.Delivered,
            UsuallyDelivered = known.Traffic.UsuallyDelivered,
        };
    }

    private static async Task<Traffic> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    SELECT (extract(dow FROM h) * 24 + extract(hour FROM h))::int, sum(received)::float8, min(h)
                    FROM (SELECT hour AT TIME ZONE 'UTC' AS h, received FROM instance_hours
                        WHERE tenant_id = $1 AND instance_id = $2 AND hour >= date_trunc('hour', now()) - $3::interval AND hour < date_trunc('hour', now())) w
                    GROUP BY 1
                    """,
                    tenant.Value,
                    instance.Value,
                    TimeSpan.FromDays(7 * Weeks)
                ),
                TenantSql.Command(
                    """
                    SELECT h.lately, h.before, u.lately, u.before, now() FROM (
                        SELECT coalesce(sum(sent) FILTER (WHERE hour >= now() - interval '25 hours'), 0) AS lately,
                            coalesce(sum(sent) FILTER (WHERE hour < now() - interval '25 hours'), 0) AS before
                        FROM instance_hours WHERE tenant_id = $1 AND instance_id = $2 AND hour >= now() - interval '28 days' AND hour < now() - interval '2 hours') h
                    CROSS JOIN (
                        SELECT count(*) FILTER (WHERE attempted_at >= now() - interval '25 hours') AS lately,
                            count(*) FILTER (WHERE attempted_at < now() - interval '25 hours') AS before
                        FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Sent'
                            AND attempted_at >= now() - interval '28 days' AND attempted_at < now() - interval '1 hour') u
                    """,
                    tenant.Value,
                    instance.Value
                ),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var (hours, first) = (new double[InboundHabit.Hours], DateTime.MaxValue);
        while (await reader.ReadAsync(cancellation))
        {
            hours[reader.GetInt32(0)] = reader.GetDouble(1);
            first = reader.GetDateTime(2) < first ? reader.GetDateTime(2) : first;
        }

        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var past = first == DateTime.MaxValue ? TimeSpan.Zero : reader.GetDateTime(4) - DateTime.SpecifyKind(first, DateTimeKind.Utc);
        var weeks = past / TimeSpan.FromDays(7);
        return new Traffic(
            new InboundHabit([.. hours.Select(h => h / Math.Max(1, weeks))], (int)weeks),
            Share(reader.GetInt64(0), reader.GetInt64(2)),
            Share(reader.GetInt64(1), reader.GetInt64(3))
        );
    }

    private static double? Share(long sent, long unconfirmed) => sent < Enough ? null : Math.Max(0, sent - unconfirmed) / (double)sent;

    private sealed record Traffic(InboundHabit Habit, double? Delivered, double? UsuallyDelivered);
}
