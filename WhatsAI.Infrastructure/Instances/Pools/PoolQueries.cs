using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>Reads of pools. Their numbers stand in the wall's rows (<see cref="InstanceQueries.WallAsync"/>), each with its place.</summary>
public sealed class PoolQueries(NpgsqlDataSource database, PoolRows pools, CurrentMember member)
{
    /// <summary>All of them, by name. What happened last is told only of numbers the member sees.</summary>
    public async Task<IReadOnlyList<PoolRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        return
        [
            .. (await pools.OfAsync(member.TenantId, ct))
                .Select(p => p.LastChange is { } change && !member.Sees(change.Instance) ? p with { LastChange = null } : p)
                .OrderBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    /// <summary>Null when there is no such pool, or it is another company's.</summary>
    public async Task<PoolRow?> FindAsync(PoolId id, CancellationToken ct = default) =>
        (await ListAsync(ct)).FirstOrDefault(p => p.Id == id);

    /// <summary>What happened in a pool, newest first, a page below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<PoolHappening>> HistoryAsync(PoolId id, long? before, int most, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT c.id, c.instance_id, i.name, c.from_role, c.to_role, c.cause, c.detail, c.by_name, c.at
            FROM role_changes c JOIN instances i ON i.tenant_id = c.tenant_id AND i.id = c.instance_id
            WHERE c.tenant_id = $1 AND c.pool_id = $2 AND c.id < $3 AND {NumberSight.In("c.instance_id", 5)} ORDER BY c.id DESC LIMIT $4
            """,
            member.TenantId.Value,
            id.Value,
            before ?? long.MaxValue,
            Math.Clamp(most, 1, 200),
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<PoolHappening>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(PoolRows.Happening(reader, 0));
        }

        return rows;
    }
}
