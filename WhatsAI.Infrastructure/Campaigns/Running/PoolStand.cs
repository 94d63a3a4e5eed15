using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>A pool as a campaign looks at it.</summary>
/// <param name="Senders">Numbers that are linked and send.</param>
/// <param name="Waiting">Messages of the campaign in its queue.</param>
internal sealed record PoolStand(PacePolicy Pace, int Senders, int Waiting)
{
    /// <summary>Null: there is no such pool any more.</summary>
    public static async Task<PoolStand?> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        CampaignId campaign,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT p.pace,
                (SELECT count(*)::int FROM pool_members m JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = m.instance_id
                    WHERE m.tenant_id = $1 AND m.pool_id = p.id AND m.role IN ('Active', 'Warming') AND s.state = 'Open'),
                (SELECT coalesce(sum(q.waiting), 0)::int FROM pool_queues q WHERE q.tenant_id = $1 AND q.pool_id = p.id AND q.campaign_id = $3)
            FROM pools p WHERE p.tenant_id = $1 AND p.id = $2
            """,
            tenant.Value,
            pool.Value,
            campaign.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new PoolStand(
                System.Text.Json.JsonSerializer.Deserialize<PacePolicy>(reader.GetString(0), PoolMapping.Json)!,
                reader.GetInt32(1),
                reader.GetInt32(2)
            )
            : null;
    }
}
