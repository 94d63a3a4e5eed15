using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>The reads behind wall and detail, in the caller's transaction and tenant.</summary>
internal static class NumberSql
{
    public const string LinkColumns =
        "s.state, s.state_since, s.close_code, s.restricted_until, s.own_jid, s.phone, s.profile_name, s.qr_code, s.pairing_code, s.qr_at, s.qr_count";

    private const int HoursShown = 24;

    // Queue and doubt come from partial indexes that hold nothing else; more than a thousand is said as a thousand.
    private const string RowsSql = $"""
        SELECT {LinkColumns}, i.id, i.name, g.name,
            (SELECT count(*) FROM (SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery = 'Queued' LIMIT 1000) q),
            (SELECT count(*) FROM (SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery IN ('Sending', 'Unconfirmed') AND m.delivery = 'Sending' LIMIT 1000) q),
            (SELECT count(*) FROM (SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery IN ('Sending', 'Unconfirmed') AND m.delivery = 'Unconfirmed' LIMIT 1000) q),
            s.gateway_failure, s.gateway_failure_at, s.gateway_seen_at, s.last_event_at, s.last_inbound_at, s.last_outbound_at, s.last_receipt_at,
            EXISTS (SELECT FROM standbys b WHERE b.tenant_id = i.tenant_id AND b.instance_id = i.id AND b.moved_at = s.state_since),
            {MemberSql.Columns}
        FROM instances i
        JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
        JOIN gateway_servers g ON g.tenant_id = i.tenant_id AND g.id = i.gateway_server_id
        {MemberSql.Joins}
        WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND ($2::uuid IS NULL OR i.id = $2)
        """;

    // What is still to be asked first, then what a person must look at, of a day.
    private const string GapsSql = $"""
        SELECT i.id, g.* FROM instances i CROSS JOIN LATERAL (
            SELECT {GapRow.Columns}, r.recovered FROM gaps g CROSS JOIN LATERAL (
                SELECT coalesce(sum(c.recovered), 0) AS recovered FROM gap_conversations c WHERE c.tenant_id = g.tenant_id AND c.gap_id = g.id) r
            WHERE g.tenant_id = i.tenant_id AND g.instance_id = i.id AND g.created_at > now() - interval '2 days'
                AND (g.state IN ('Open', 'Filling') OR g.ended_at > now() - interval '1 day') AND (g.state <> 'Filled' OR r.recovered > 0)
            ORDER BY g.ended_at IS NULL DESC, g.state IN ('NothingKept', 'Unanswered') DESC, g.created_at DESC LIMIT 1
        ) g WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND ($2::uuid IS NULL OR i.id = $2)
        """;

    private const string HoursSql = """
        SELECT instance_id, hour, received, sent FROM instance_hours
        WHERE tenant_id = $1 AND ($2::uuid IS NULL OR instance_id = $2) AND hour > $3
        """;

    public static async Task<IReadOnlyList<NumberRow>> RowsAsync(
        NpgsqlConnection c,
        TenantId tenant,
        InstanceId? only,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(c);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand("SELECT time_zone FROM tenants WHERE id = $1") { Parameters = { Uuid(tenant.Value) } }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(HoursSql)
            {
                Parameters =
                {
                    Uuid(tenant.Value),
                    Uuid(only?.Value),
                    new() { Value = now.AddHours(-26) },
                },
            }
        );
        batch.BatchCommands.Add(new NpgsqlBatchCommand(GapsSql) { Parameters = { Uuid(tenant.Value), Uuid(only?.Value) } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RowsSql) { Parameters = { Uuid(tenant.Value), Uuid(only?.Value) } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var zone = await reader.ReadAsync(ct) ? Zone(reader.GetString(0)) : TimeZoneInfo.Utc;
        var midnight = Midnight(zone, now);
        await reader.NextResultAsync(ct);
        var hours = new List<Hour>();
        while (await reader.ReadAsync(ct))
        {
            hours.Add(
                new Hour(new InstanceId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2), reader.GetInt32(3))
            );
        }

        await reader.NextResultAsync(ct);
        var gaps = new Dictionary<InstanceId, GapRow>();
        while (await reader.ReadAsync(ct))
        {
            gaps[new InstanceId(reader.GetGuid(0))] = GapRow.Read(reader, 1);
        }

        await reader.NextResultAsync(ct);
        var ofInstance = hours.ToLookup(h => h.Instance);
        var rows = new List<NumberRow>();
        while (await reader.ReadAsync(ct))
        {
            var id = new InstanceId(reader.GetGuid(11));
            rows.Add(
                Row(reader, id, [.. ofInstance[id]], midnight, now) with
                {
                    Gap = gaps.GetValueOrDefault(id),
                    Place = MemberSql.Place(reader, 25),
                    Pace = MemberSql.Pace(reader, 30, zone),
                    Watch = MemberSql.Watch(reader, 42),
                }
            );
        }

        return rows;
    }

    public static async Task<NumberView?> ViewAsync(NpgsqlConnection c, TenantId tenant, NumberRow row, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            SELECT g.id, g.shared_name IS NOT NULL, i.settings, i.created_at, s.last_event_at,
                (SELECT count(*) FROM (SELECT FROM journal_pending p WHERE p.instance_id = i.id LIMIT 1000) w),
                (SELECT count(*) FROM (
                    SELECT problem FROM journal j WHERE j.tenant_id = i.tenant_id AND j.instance_id = i.id ORDER BY j.id DESC LIMIT 500) p
                 WHERE p.problem IS NOT NULL),
                (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.done_at - t.received_at)) FROM (
                    SELECT j.done_at, j.received_at FROM journal j
                    WHERE j.tenant_id = i.tenant_id AND j.instance_id = i.id ORDER BY j.id DESC LIMIT 100) t WHERE t.done_at IS NOT NULL)
            FROM instances i
            JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            JOIN gateway_servers g ON g.tenant_id = i.tenant_id AND g.id = i.gateway_server_id
            WHERE i.tenant_id = $1 AND i.id = $2
            """,
            tenant.Value,
            row.Id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new NumberView(
                row,
                new GatewayServerId(reader.GetGuid(0)),
                reader.GetBoolean(1),
                JsonSerializer.Deserialize<InstanceSettings>(reader.GetString(2), JsonSerializerOptions.Web) ?? new(),
                reader.GetFieldValue<DateTimeOffset>(3),
                new WebhookHealth(
                    reader.Value<DateTimeOffset>(4),
                    (int)reader.GetInt64(5),
                    (int)reader.GetInt64(6),
                    reader.Value<double>(7) is { } seconds ? TimeSpan.FromSeconds(Math.Max(seconds, 0)) : null
                )
            )
            : null;
    }

    private static NumberRow Row(
        NpgsqlDataReader reader,
        InstanceId id,
        IReadOnlyList<Hour> hours,
        DateTimeOffset midnight,
        DateTimeOffset now
    )
    {
        var present = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var shown = new double[HoursShown];
        foreach (var hour in hours)
        {
            var index = HoursShown - 1 - (int)(present - hour.At).TotalHours;
            if (index is >= 0 and < HoursShown)
            {
                shown[index] = hour.Received + hour.Sent;
            }
        }

        var facts = new NumberFacts(
            ConnectionSql.Facts(reader, 0),
            Unconfirmed: (int)reader.GetInt64(16),
            Queued: (int)(reader.GetInt64(14) + reader.GetInt64(15)),
            GatewayFailure: reader.Text(17)
        )
        {
            GatewayFailedAt = reader.Value<DateTimeOffset>(18),
            GatewaySeenAt = reader.Value<DateTimeOffset>(19),
            LastEventAt = reader.Value<DateTimeOffset>(20),
            LastInboundAt = reader.Value<DateTimeOffset>(21),
            LastOutboundAt = reader.Value<DateTimeOffset>(22),
            HasMoved = reader.GetBoolean(24),
        };
        var today = hours.Where(h => h.At >= midnight).ToList();
        return new NumberRow(
            id,
            reader.GetString(12),
            reader.GetString(13),
            facts,
            shown,
            today.Sum(h => h.Sent),
            today.Sum(h => h.Received),
            reader.Value<DateTimeOffset>(23)
        );
    }

    // Counted by UTC hours, so that in a zone off by half an hour the day begins half an hour early.
    private static DateTimeOffset Midnight(TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        return new DateTimeOffset(local.Date, zone.GetUtcOffset(local.Date)).ToUniversalTime();
    }

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found) ? found : TimeZoneInfo.Utc;

    private static NpgsqlParameter Uuid(Guid? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid };

    private sealed record Hour(InstanceId Instance, DateTimeOffset At, int Received, int Sent);
}

internal static class ReaderValues
{
    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static T? Value<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
