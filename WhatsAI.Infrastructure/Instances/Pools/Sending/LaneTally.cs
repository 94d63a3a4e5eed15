using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What one turn took from the pool's lanes. Written last in the transaction, in one order: these are the rows that all numbers of a pool share.</summary>
internal sealed class LaneTally
{
    private readonly Dictionary<PoolLane, (int Sent, int Skipped, int Dropped)> _taken = [];

    public int Skips => _taken.Values.Sum(t => t.Skipped + t.Dropped);

    public void Sent(PoolLane lane) => Add(lane, (1, 0, 0));

    public void Skipped(PoolLane lane) => Add(lane, (0, 1, 0));

    /// <summary>It was in the ledger already.</summary>
    public void Dropped(PoolLane lane) => Add(lane, (0, 0, 1));

    /// <summary>False: the campaign of what is to be sent was held meanwhile, and the caller must undo all.</summary>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellation)
    {
        foreach (var (lane, (sent, skipped, dropped)) in _taken.OrderBy(t => t.Key.Campaign.Value).ThenBy(t => t.Key.Priority))
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    TenantSql.Command(
                        "UPDATE pool_queues SET waiting = waiting - $5 WHERE tenant_id = $1 AND pool_id = $2 AND campaign_id = $3 AND priority = $4",
                        tenant.Value,
                        lane.Pool.Value,
                        lane.Campaign.Value,
                        lane.Priority,
                        sent + skipped + dropped
                    ),
                    TenantSql.Command(
                        """
                        UPDATE campaign_signals SET sent = sent + $3, skipped = skipped + $4
                        WHERE tenant_id = $1 AND campaign_id = $2 AND ($3 = 0 OR held_at IS NULL)
                        """,
                        tenant.Value,
                        lane.Campaign.Value,
                        sent,
                        skipped
                    ),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellation);
            if (batch.BatchCommands[1].RecordsAffected == 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Add(PoolLane lane, (int Sent, int Skipped, int Dropped) more)
    {
        var t = _taken.GetValueOrDefault(lane);
        _taken[lane] = (t.Sent + more.Sent, t.Skipped + more.Skipped, t.Dropped + more.Dropped);
    }
}
