using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A number's place, pace and verdict, as parts of a query over <c>instances i</c>.</summary>
internal static class MemberSql
{
    /// <summary>Five of the place, twelve of the pace, seven of the watch.</summary>
    public const string Columns = """
        pm.pool_id, pm.role, pm.role_since, pm.cause, pm.detail,
            i.created_at, ps.in_use_since, ps.day, ps.sent_today, ps.strangers_today, ps.hour, ps.sent_this_hour, ps.in_series, ps.last_at, ps.not_before,
            ps.penalty_until, ps.paused_until,
            ws.verdict, ws.cause, ws.verdict_since, ws.verdict_until, ws.inbound_only, ws.score, ws.layers
        """;

    public const string Joins = """
        LEFT JOIN pool_members pm ON pm.tenant_id = i.tenant_id AND pm.instance_id = i.id
        LEFT JOIN pace_states ps ON ps.tenant_id = i.tenant_id AND ps.instance_id = i.id
        LEFT JOIN watch_states ws ON ws.tenant_id = i.tenant_id AND ws.instance_id = i.id
        """;

    public static PoolPlace? Place(NpgsqlDataReader reader, int first) =>
        reader.IsDBNull(first)
            ? null
            : new PoolPlace(
                new PoolId(reader.GetGuid(first)),
                Enum.Parse<MemberRole>(reader.GetString(first + 1)),
                reader.GetFieldValue<DateTimeOffset>(first + 2),
                Enum.Parse<RoleCause>(reader.GetString(first + 3)),
                reader.Text(first + 4)
            );

    /// <summary>Where nothing is stored: in use since it was made.</summary>
    public static PaceState Pace(NpgsqlDataReader reader, int first, TimeZoneInfo zone) =>
        reader.IsDBNull(first + 1)
            ? PaceState.New(LocalDays.Of(reader.GetFieldValue<DateTimeOffset>(first), zone))
            : PaceSql.Read(reader, first + 1);

    public static NumberWatch Watch(NpgsqlDataReader reader, int first) =>
        reader.Text(first + 1) is not { } cause
            ? NumberWatch.None
            : new NumberWatch(
                new Finding(
                    Enum.Parse<Verdict>(reader.GetString(first)),
                    cause,
                    reader.Value<DateTimeOffset>(first + 2) ?? default,
                    reader.Value<DateTimeOffset>(first + 3),
                    reader.GetBoolean(first + 4)
                ),
                reader.Value<short>(first + 5),
                reader.Text(first + 6) is { } layers
                    ? JsonSerializer.Deserialize<IReadOnlyList<LayerHealth>>(layers, PoolMapping.Json)
                    : null
            );
}
