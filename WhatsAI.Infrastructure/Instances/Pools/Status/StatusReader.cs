using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>
/// A company's state for its own programs. Who asks has shown the company's key and is no member, so nothing in it is personal: ids, figures, and the names that
/// pools have.
/// </summary>
public sealed class StatusReader(NpgsqlDataSource database, TenantSettingsCache settings, TimeProvider time)
{
    public async Task<QuickStatus> QuickAsync(TenantId tenant, CancellationToken ct)
    {
        var (now, zone) = (time.GetUtcNow(), await ZoneAsync(tenant, ct));
        await using var scope = await database.BeginAsync(tenant, ct);
        var numbers = await MemberFactsReader.OfTenantAsync(scope.Connection, tenant, now, ct);
        var queues = await CampaignQueries.WaitingAsync(scope.Connection, tenant, ct);
        var figures = await CountAsync(
            scope.Connection.Sql(
                """
                SELECT
                    (SELECT count(*)::int FROM instances i JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
                        WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND s.state = 'Open'),
                    (SELECT count(*)::int FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND level = 'Critical'),
                    (SELECT count(*)::int FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND level = 'Warning'),
                    (SELECT count(*)::int FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND level = 'Info'),
                    (SELECT count(*)::int FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND acknowledged_at IS NULL),
                    (SELECT coalesce(sum(q.n), 0)::int FROM instances i CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
                        SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery = 'Queued' LIMIT 10000) x) q WHERE i.tenant_id = $1 AND i.deleted_at IS NULL),
                    (SELECT coalesce(sum(q.n), 0)::int FROM instances i CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
                        SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery IN ('Sending', 'Unconfirmed') AND m.delivery = 'Unconfirmed'
                        LIMIT 10000) x) q WHERE i.tenant_id = $1 AND i.deleted_at IS NULL)
                """,
                tenant.Value
            ),
            ct
        );
        var all = numbers.Pools.SelectMany(p => p.Members).Concat(numbers.Loose).Select(m => m.Facts.Finding.Verdict).ToList();
        var capacity = numbers.Pools.Select(p => AlertFacts.CapacityOf(p, now)).ToList();
        return new QuickStatus(
            now,
            zone.Id,
            figures[1] > 0 ? "critical"
                : figures[2] > 0 ? "warning"
                : "ok",
            new NumberCounts(
                all.Count,
                figures[0],
                all.Count(v => v == Verdict.Healthy),
                all.Count(v => v == Verdict.Degraded),
                all.Count(v => v.MustMove() || v == Verdict.Flapping),
                all.Count(v => v == Verdict.Unknown)
            ),
            new AlertCounts(figures[1], figures[2], figures[3], figures[4]),
            new QueueCounts(
                figures[5],
                figures[6],
                queues.Where(q => q.HeldAt is null).Sum(q => q.Waiting),
                queues.Where(q => q.HeldAt is not null).Sum(q => q.Waiting)
            ),
            new PoolCounts(numbers.Pools.Count, capacity.Sum(c => c.Cap), capacity.Sum(c => c.Sent), capacity.Sum(c => c.Left ?? 0))
        );
    }

    public async Task<DailyStatus> DailyAsync(TenantId tenant, CancellationToken ct)
    {
        var (now, zone) = (time.GetUtcNow(), await ZoneAsync(tenant, ct));
        var day = LocalDays.Of(now, zone);
        var from = LocalDays.StartOf(day, zone).ToUniversalTime();
        await using var scope = await database.BeginAsync(tenant, ct);
        var numbers = await MemberFactsReader.OfTenantAsync(scope.Connection, tenant, now, ct);
        var hours = new Dictionary<Guid, DayCounts>();
        await using (
            var command = scope.Connection.Sql(
                """
                SELECT instance_id, sum(sent)::int, sum(received)::int, sum(failed)::int FROM instance_hours
                WHERE tenant_id = $1 AND hour >= date_trunc('hour', $2, 'UTC') GROUP BY instance_id
                """,
                tenant.Value,
                from.UtcDateTime
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                hours[reader.GetGuid(0)] = new DayCounts(reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
            }
        }

        var raised = await CountAsync(
            scope.Connection.Sql(
                "SELECT count(*)::int FROM alerts WHERE tenant_id = $1 AND raised_at >= $2",
                tenant.Value,
                from.UtcDateTime
            ),
            ct
        );
        NumberDay[] rows =
        [
            .. numbers.Pools.SelectMany(p => Days(p.Members, AlertFacts.CapacityOf(p, now))),
            .. Days(numbers.Loose, capacity: null),
        ];
        return new DailyStatus(
            now,
            zone.Id,
            day,
            from,
            new DayCounts(rows.Sum(r => r.Sent), rows.Sum(r => r.Received), rows.Sum(r => r.Failed)),
            raised[0],
            rows
        );

        IEnumerable<NumberDay> Days(IEnumerable<MemberReading> members, PoolCapacity? capacity) =>
            members.Select(m =>
            {
                var id = m.Facts.Instance.Value;
                var counts = hours.GetValueOrDefault(id) ?? new DayCounts(0, 0, 0);
                var cap = capacity?.Numbers.FirstOrDefault(n => n.Instance == m.Facts.Instance)?.Cap;
                return new NumberDay(id, counts.Sent, counts.Received, counts.Failed, Pacing.SentOn(m.Pace, now, zone), cap);
            });
    }

    public async Task<PoolsStatus> PoolsAsync(TenantId tenant, CancellationToken ct)
    {
        var (now, zone) = (time.GetUtcNow(), await ZoneAsync(tenant, ct));
        await using var scope = await database.BeginAsync(tenant, ct);
        var numbers = await MemberFactsReader.OfTenantAsync(scope.Connection, tenant, now, ct);
        var queues = (await CampaignQueries.WaitingAsync(scope.Connection, tenant, ct)).ToLookup(q => q.Pool);
        return new PoolsStatus(
            now,
            zone.Id,
            [.. numbers.Pools.Select(p => Of(p, [.. queues[p.Pool]], now))],
            [.. numbers.Loose.Select(m => Of(m, capacity: null, role: null, now, zone))]
        );
    }

    private static PoolStatus Of(PoolReading pool, IReadOnlyCollection<PoolQueueView> queues, DateTimeOffset now)
    {
        var capacity = AlertFacts.CapacityOf(pool, now);
        return new PoolStatus(
            pool.Pool.Value,
            pool.Name,
            pool.IsOfficial,
            pool.Facts.Count(m => m.Role == MemberRole.Active),
            pool.Facts.Count(m => m.Role == MemberRole.Backup),
            pool.Facts.Count(m => m.Role == MemberRole.Warming),
            pool.Facts.Count(m => m.Role == MemberRole.Quarantined),
            capacity.Cap,
            capacity.Sent,
            capacity.Left ?? 0,
            queues.Where(q => q.HeldAt is null).Sum(q => q.Waiting),
            queues.Where(q => q.HeldAt is not null).Sum(q => q.Waiting),
            [.. pool.Members.Select(m => Of(m, capacity, ReasonKey.Of(m.Facts.Role), now, pool.Zone))]
        );
    }

    private static NumberStatus Of(MemberReading member, PoolCapacity? capacity, string? role, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (facts, own) = (member.Facts, capacity?.Numbers.FirstOrDefault(n => n.Instance == member.Facts.Instance));
        return new NumberStatus(
            facts.Instance.Value,
            role,
            ReasonKey.Of(facts.Finding.Verdict),
            facts.Finding.Cause,
            facts.Finding.Since,
            facts.Score,
            own?.Cap,
            Pacing.SentOn(member.Pace, now, zone),
            own?.Left,
            facts.LastAt
        );
    }

    private async ValueTask<TimeZoneInfo> ZoneAsync(TenantId tenant, CancellationToken ct) =>
        TimeZoneInfo.FindSystemTimeZoneById((await settings.OfAsync(tenant, ct)).TimeZone);

    private static async Task<int[]> CountAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetInt32)];
        }
    }
}
