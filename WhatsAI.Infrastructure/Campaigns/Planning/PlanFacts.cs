using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Planning;

/// <summary>What a flight plan asks of the company beside its audience. The connection has entered the tenant.</summary>
internal sealed class PlanFacts(NpgsqlConnection connection, TenantId tenant)
{
    // Campaigns of the last months tell how many people answer.
    private static readonly TimeSpan _past = TimeSpan.FromDays(180);

    public async Task<bool> IsStickyAsync(PoolId pool, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT is_sticky FROM pools WHERE tenant_id = $1 AND id = $2", tenant.Value, pool.Value);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>What other campaigns still have to send through the pool goes first, as if it were all to strangers.</summary>
    public async Task<IReadOnlyList<Demand>> BeforeAsync(Campaign campaign, DateTimeOffset startsAt, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(sum(q.waiting), 0)::int + coalesce((
                SELECT sum(n.people) FROM campaigns c JOIN campaign_counts n ON n.tenant_id = $1 AND n.campaign_id = c.id AND n.kind = 'Planned'
                WHERE c.tenant_id = $1 AND c.pool_id = $2 AND c.id <> $3 AND c.state = 'Running'), 0)::int
            FROM pool_queues q JOIN campaign_signals s ON s.tenant_id = $1 AND s.campaign_id = q.campaign_id AND s.held_at IS NULL
            WHERE q.tenant_id = $1 AND q.pool_id = $2 AND q.campaign_id <> $3
            """,
            tenant.Value,
            campaign.PoolId!.Value.Value,
            campaign.Id.Value
        );
        var waiting = (int)(await command.ExecuteScalarAsync(ct))!;
        return waiting == 0 ? [] : [new Demand("before", 0, Reach.Stranger, waiting, startsAt)];
    }

    /// <summary>Null while there is nothing to expect it from.</summary>
    public async Task<double?> ReplyShareAsync(CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT sum(n.people) FILTER (WHERE n.kind = 'Replied')::float8 / nullif(sum(n.people) FILTER (WHERE n.kind IN ('Sent', 'Delivered', 'Read', 'Replied')), 0)
            FROM campaigns c JOIN campaign_counts n ON n.tenant_id = $1 AND n.campaign_id = c.id
            WHERE c.tenant_id = $1 AND c.created_at > now() - $2::interval AND c.state IN ('Running', 'Paused', 'Completed')
            """,
            tenant.Value,
            _past
        );
        return await command.ExecuteScalarAsync(ct) as double?;
    }

    /// <summary>What the agents answered in an hour of the last week in which somebody did; null while unknown.</summary>
    public async Task<double?> AnswersPerHourAsync(CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT avg(h.answered)::float8 FROM (
                SELECT count(*) AS answered FROM episodes WHERE tenant_id = $1 AND first_reply_at > now() - interval '7 days'
                GROUP BY date_trunc('hour', first_reply_at)
            ) h
            """,
            tenant.Value
        );
        return await command.ExecuteScalarAsync(ct) as double?;
    }
}
