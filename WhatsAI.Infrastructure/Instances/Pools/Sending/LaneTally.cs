using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What the turns of one transaction took from the pools' lanes. Written last in it, in one order: these are the rows that all numbers of a pool share.</summary>
internal sealed class LaneTally
{
    private readonly Dictionary<PoolLane, (int Sent, int Skipped, int Dropped)> _taken = [];

    public int Skips => _taken.Values.Sum(t => t.Skipped + t.Dropped);

    /// <summary>The pools whose queues are shorter now.</summary>
    public IReadOnlyCollection<PoolId> Pools => [.. _taken.Keys.Select(l => l.Pool).Distinct()];

    public void Sent(PoolLane lane) => Add(lane, (1, 0, 0));

    public void Skipped(PoolLane lane) => Add(lane, (0, 1, 0));

    /// <summary>It was in the ledger already.</summary>
    public void Dropped(PoolLane lane) => Add(lane, (0, 0, 1));

    /// <summary>False: a campaign of what is to be sent was held meanwhile, and the caller must undo all.</summary>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation)
    {
        if (_taken.Count == 0)
        {
            return true;
        }

        var campaigns = _taken.GroupBy(t => t.Key.Campaign).ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    WITH taken AS MATERIALIZED (
                        SELECT q.pool_id, q.campaign_id, q.priority, t.messages
                        FROM pool_queues q JOIN unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::int[]) AS t (pool_id, campaign_id, priority, messages)
                            ON q.pool_id = t.pool_id AND q.campaign_id = t.campaign_id AND q.priority = t.priority
                        WHERE q.tenant_id = $1 ORDER BY q.pool_id, q.campaign_id, q.priority FOR NO KEY UPDATE OF q
                    )
                    UPDATE pool_queues q SET waiting = q.waiting - t.messages FROM taken t
                    WHERE q.tenant_id = $1 AND q.pool_id = t.pool_id AND q.campaign_id = t.campaign_id AND q.priority = t.priority
                    """,
                    tenant.Value,
                    _taken.Keys.Select(l => l.Pool.Value).ToArray(),
                    _taken.Keys.Select(l => l.Campaign.Value).ToArray(),
                    _taken.Keys.Select(l => l.Priority).ToArray(),
                    _taken.Values.Select(t => t.Sent + t.Skipped + t.Dropped).ToArray()
                ),
                TenantSql.Command(
                    """
                    WITH taken AS MATERIALIZED (
                        SELECT c.campaign_id, t.sent, t.skipped
                        FROM campaign_signals c JOIN unnest($2::uuid[], $3::int[], $4::int[]) AS t (campaign_id, sent, skipped) ON c.campaign_id = t.campaign_id
                        WHERE c.tenant_id = $1 AND (t.sent = 0 OR c.held_at IS NULL) ORDER BY c.campaign_id FOR NO KEY UPDATE OF c
                    )
                    UPDATE campaign_signals c SET sent = c.sent + t.sent, skipped = c.skipped + t.skipped FROM taken t
                    WHERE c.tenant_id = $1 AND c.campaign_id = t.campaign_id
                    """,
                    tenant.Value,
                    campaigns.Select(c => c.Key.Value).ToArray(),
                    campaigns.Select(c => c.Sum(t => t.Value.Sent)).ToArray(),
                    campaigns.Select(c => c.Sum(t => t.Value.Skipped)).ToArray()
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        return batch.BatchCommands[1].RecordsAffected == campaigns.Length;
    }

    private void Add(PoolLane lane, (int Sent, int Skipped, int Dropped) more)
    {
        var t = _taken.GetValueOrDefault(lane);
        _taken[lane] = (t.Sent + more.Sent, t.Skipped + more.Skipped, t.Dropped + more.Dropped);
    }
}
