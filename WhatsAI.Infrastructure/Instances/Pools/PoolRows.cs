using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>All pools of a tenant, read once for all walls and lists that are open.</summary>
public sealed class PoolRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<IReadOnlyList<PoolRow>>(time)
{
    // The last line of each pool's history, found by its index.
    private const string Sql = """
        SELECT p.id, p.name, p.is_official, p.strategy, p.is_sticky, p.pace, p.rotation_days, p.announced, p.failover, p.xmin,
            (SELECT coalesce(sum(q.waiting), 0)::int FROM pool_queues q WHERE q.tenant_id = p.tenant_id AND q.pool_id = p.id),
            l.id, l.instance_id, i.name, l.from_role, l.to_role, l.cause, l.detail, l.by_name, l.at
        FROM pools p
        LEFT JOIN LATERAL (
            SELECT * FROM role_changes c WHERE c.tenant_id = p.tenant_id AND c.pool_id = p.id ORDER BY c.id DESC LIMIT 1) l ON true
        LEFT JOIN instances i ON i.tenant_id = l.tenant_id AND i.id = l.instance_id
        WHERE p.tenant_id = $1
        """;

    protected override async Task<IReadOnlyList<PoolRow>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(Sql, tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<PoolRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(
                new PoolRow(
                    new PoolId(reader.GetGuid(0)),
                    reader.GetString(1),
                    reader.GetBoolean(2),
                    Enum.Parse<PoolStrategy>(reader.GetString(3)),
                    reader.GetBoolean(4),
                    Kept<PacePolicy>(reader.GetString(5))!,
                    reader.GetInt32(6),
                    reader.Text(7) is { } announced ? Kept<RotationPlan>(announced) : null,
                    Kept<FailoverPolicy>(reader.GetString(8))!,
                    reader.IsDBNull(11) ? null : Happening(reader, 11),
                    reader.GetInt32(10),
                    reader.GetFieldValue<uint>(9)
                )
            );
        }

        return rows;
    }

    /// <summary>From a row of id, number, its name, from, to, cause, detail, by whom, at.</summary>
    internal static PoolHappening Happening(NpgsqlDataReader reader, int first) =>
        new(
            reader.GetInt64(first),
            new InstanceId(reader.GetGuid(first + 1)),
            reader.Text(first + 2) ?? "",
            Role(reader.Text(first + 3)),
            Role(reader.Text(first + 4)),
            Enum.Parse<RoleCause>(reader.GetString(first + 5)),
            reader.Text(first + 6),
            reader.Text(first + 7),
            reader.GetFieldValue<DateTimeOffset>(first + 8)
        );

    private static MemberRole? Role(string? name) => name is null ? null : Enum.Parse<MemberRole>(name);

    private static T? Kept<T>(string json) => JsonSerializer.Deserialize<T>(json, PoolMapping.Json);
}
