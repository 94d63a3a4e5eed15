using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What waits at a pool, of one campaign and priority.</summary>
/// <param name="HeldWhy">Resource keys below "held."; empty while it is not held.</param>
public sealed record PoolQueueView(
    PoolId Pool,
    CampaignId Campaign,
    string Name,
    short Priority,
    int Waiting,
    DateTimeOffset? HeldAt,
    IReadOnlyList<string> HeldWhy
);

/// <summary>Reads of what waits, from rows that are counted with every message.</summary>
public sealed class CampaignQueries(NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>Everything that waits at the company's pools, the most urgent of each first.</summary>
    public async Task<IReadOnlyList<PoolQueueView>> WaitingAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        return await WaitingAsync(transaction.Connection, member.TenantId, ct);
    }

    /// <summary>The same for work that no person started.</summary>
    internal static async Task<IReadOnlyList<PoolQueueView>> WaitingAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT q.pool_id, q.campaign_id, c.name, q.priority, q.waiting, c.held_at, c.held_why
            FROM pool_queues q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
            WHERE q.tenant_id = $1 AND q.waiting > 0 ORDER BY q.pool_id, q.priority, c.created_at, q.campaign_id
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<PoolQueueView>();
        while (await reader.ReadAsync(ct))
        {
            DateTimeOffset? heldAt = await reader.IsDBNullAsync(5, ct) ? null : reader.GetFieldValue<DateTimeOffset>(5);
            rows.Add(
                new PoolQueueView(
                    new PoolId(reader.GetGuid(0)),
                    new CampaignId(reader.GetGuid(1)),
                    reader.GetString(2),
                    reader.GetInt16(3),
                    reader.GetInt32(4),
                    heldAt,
                    heldAt is null ? [] : reader.GetFieldValue<string[]>(6)
                )
            );
        }

        return rows;
    }
}
