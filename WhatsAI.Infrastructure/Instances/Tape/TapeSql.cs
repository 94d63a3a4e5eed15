using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Tape;

/// <summary>The reads behind a number's tape, in the caller's transaction and tenant.</summary>
internal static class TapeSql
{
    // Each part walks an index of its own and gives a page at most. $1 tenant, $2 number, $3 from, $4 to, $5 to $7 the line to go on below, $8 the page.
    // A number has few failovers and alerts, and any of their moments may lie in the window: all of the number's are looked at. What is counted becomes an
    // id in the order of its numbers.
    internal const string EventsSql = """
        SELECT * FROM (
            (SELECT l.at, 0 AS source, lpad(to_hex(l.id), 32, '0')::uuid AS id, l.what, l.state, l.code,
                NULL::text AS from_role, NULL::text AS to_role, NULL::text AS detail, l.actor
            FROM connection_log l
            WHERE l.tenant_id = $1 AND l.instance_id = $2 AND l.at >= $3 AND l.at < $4 AND l.at <= $5
                AND (l.at, 0, lpad(to_hex(l.id), 32, '0')::uuid) < ($5, $6, $7)
            ORDER BY l.at DESC, l.id DESC LIMIT $8)
            UNION ALL
            (SELECT c.at, 1, lpad(to_hex(c.id), 32, '0')::uuid, c.cause, NULL, NULL, c.from_role, c.to_role, c.detail, c.by_name
            FROM role_changes c
            WHERE c.tenant_id = $1 AND c.instance_id = $2 AND c.at >= $3 AND c.at < $4
                AND (c.at, 1, lpad(to_hex(c.id), 32, '0')::uuid) < ($5, $6, $7)
            ORDER BY c.at DESC, c.id DESC LIMIT $8)
            UNION ALL
            (SELECT m.at, m.source, f.id, m.what, NULL, NULL, NULL, NULL, f.cause, m.actor
            FROM failovers f, LATERAL (VALUES
                (f.signal_at, 2, 'signal', f.started_by_name),
                (f.promoted_at, 3, 'promoted', NULL),
                (f.first_sent_at, 4, 'first-sent', NULL),
                (f.finished_at, 5, CASE WHEN f.ended_at IS NULL THEN 'finished' ELSE 'put-back' END, f.ended_by_name)
            ) m (at, source, what, actor)
            WHERE f.tenant_id = $1 AND f.instance_id = $2 AND m.at >= $3 AND m.at < $4 AND (m.at, m.source, f.id) < ($5, $6, $7)
            ORDER BY m.at DESC, m.source DESC, f.id DESC LIMIT $8)
            UNION ALL
            (SELECT m.at, m.source, a.id, a.kind, NULL, NULL, NULL, NULL, NULL, m.actor
            FROM alerts a, LATERAL (VALUES
                (a.raised_at, 6, NULL), (a.acknowledged_at, 7, a.acknowledged_by_name), (a.cleared_at, 8, NULL)
            ) m (at, source, actor)
            WHERE a.tenant_id = $1 AND a.instance_id = $2 AND m.at >= $3 AND m.at < $4 AND (m.at, m.source, a.id) < ($5, $6, $7)
            ORDER BY m.at DESC, m.source DESC, a.id DESC LIMIT $8)
        ) e ORDER BY at DESC, source DESC, id DESC LIMIT $8
        """;

    // Found by its time among all companies' messages (ix_messages_when), which lie in its order; row-level security leaves this company's.
    private const string MinutesSql = """
        SELECT date_bin($5, m.sent_at, $3) AS part,
            count(*) FILTER (WHERE m.direction = 'In')::int,
            count(*) FILTER (WHERE m.direction = 'Out' AND m.delivery NOT IN ('Queued', 'Failed', 'Skipped'))::int,
            count(*) FILTER (WHERE m.direction = 'Out' AND m.delivery = 'Failed')::int,
            count(*) FILTER (WHERE m.direction = 'Out' AND m.delivery IN ('Delivered', 'Read', 'Played'))::int
        FROM messages m
        WHERE m.sent_at >= $3 AND m.sent_at < $4 AND m.tenant_id = $1 AND m.instance_id = $2
        GROUP BY part ORDER BY part
        """;

    private const string HoursSql = """
        SELECT hour, received, sent, failed FROM instance_hours
        WHERE tenant_id = $1 AND instance_id = $2 AND hour > $3 - interval '1 hour' AND hour < $4 ORDER BY hour
        """;

    public static async Task<List<TapeEvent>> EventsAsync(NpgsqlConnection c, TapeOf of, TapeKey? before, int most, CancellationToken ct)
    {
        var key = before ?? new TapeKey(of.To, TapeSource.Connection, Guid.Empty);
        await using var command = c.Sql(
            EventsSql,
            of.Tenant.Value,
            of.Instance.Value,
            of.From,
            of.To,
            key.At,
            (int)key.Source,
            key.Id,
            most
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<TapeEvent>();
        while (await reader.ReadAsync(ct))
        {
            events.Add(
                new TapeEvent(
                    new TapeKey(reader.GetFieldValue<DateTimeOffset>(0), (TapeSource)reader.GetInt32(1), reader.GetGuid(2)),
                    reader.GetString(3),
                    reader.Text(4) is { } state ? Enum.Parse<InstanceState>(state) : null,
                    reader.Value<int>(5),
                    Role(reader.Text(6)),
                    Role(reader.Text(7)),
                    reader.Text(8),
                    reader.Text(9)
                )
            );
        }

        return events;
    }

    /// <summary>What was so when the window began.</summary>
    public static async Task<(InstanceState State, MemberRole? Role)> BeforeAsync(NpgsqlConnection c, TapeOf of, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            SELECT (SELECT l.state FROM connection_log l WHERE l.tenant_id = $1 AND l.instance_id = $2 AND l.at < $3 ORDER BY l.at DESC, l.id DESC LIMIT 1),
                (SELECT r.to_role FROM role_changes r WHERE r.tenant_id = $1 AND r.instance_id = $2 AND r.at < $3 ORDER BY r.at DESC, r.id DESC LIMIT 1)
            """,
            of.Tenant.Value,
            of.Instance.Value,
            of.From
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.Text(0) is { } state ? Enum.Parse<InstanceState>(state) : InstanceState.Unknown, Role(reader.Text(1)));
    }

    public static async Task<List<TapeTraffic>> MinutesAsync(NpgsqlConnection c, TapeOf of, TimeSpan each, CancellationToken ct)
    {
        await using var command = c.Sql(MinutesSql, of.Tenant.Value, of.Instance.Value, of.From, of.To, each);
        return await TrafficAsync(command, withConfirmed: true, ct);
    }

    public static async Task<List<TapeTraffic>> HoursAsync(NpgsqlConnection c, TapeOf of, CancellationToken ct)
    {
        await using var command = c.Sql(HoursSql, of.Tenant.Value, of.Instance.Value, of.From, of.To);
        return await TrafficAsync(command, withConfirmed: false, ct);
    }

    private static async Task<List<TapeTraffic>> TrafficAsync(NpgsqlCommand command, bool withConfirmed, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var parts = new List<TapeTraffic>();
        while (await reader.ReadAsync(ct))
        {
            parts.Add(
                new TapeTraffic(
                    reader.GetFieldValue<DateTimeOffset>(0),
                    reader.GetInt32(1),
                    reader.GetInt32(2),
                    reader.GetInt32(3),
                    withConfirmed ? reader.GetInt32(4) : null
                )
            );
        }

        return parts;
    }

    private static MemberRole? Role(string? name) => name is null ? null : Enum.Parse<MemberRole>(name);
}
