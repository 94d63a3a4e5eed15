using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>What steering wakes.</summary>
public sealed record SteeringTools(NpgsqlDataSource Database, CampaignLane Lane, CampaignSignal Signal, EventHub Hub, TimeProvider Time);

/// <summary>Stops a launched campaign and lets it go on. Each is one transaction with the lane's switch: after it nothing begins.</summary>
public sealed class CampaignSteering(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, SteeringTools tools)
{
    // What is on the wire when somebody pauses is over by then, or its gateway is silent.
    private static readonly TimeSpan _onTheWire = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(40);

    /// <summary>Nothing leaves once this returns, but what was on the wire after a few seconds of waiting for it: how many those are.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it is not running.</exception>
    public async Task<int> PauseAsync(CampaignId id, CancellationToken ct = default)
    {
        // To stop is never too much: whoever may write campaigns may.
        member.Demand(Permission.CampaignsWrite);
        await ChangeAsync(
            id,
            async (campaign, connection, now) =>
            {
                var change = campaign.Become(CampaignState.Paused, CampaignCause.ByPerson, member.UserId, now);
                await HoldAsync(connection, id, CampaignState.Paused, ct);
                return change;
            },
            ct
        );
        return await OnTheWireAsync(id, ct);
    }

    /// <summary>It goes on where it stands; a campaign that waits for its time begins now. What stopped it is known to whoever does this and stops it no second time.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it neither waits nor is paused.</exception>
    public Task ResumeAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsSend);
        return ChangeAsync(
            id,
            async (campaign, connection, now) =>
            {
                var run =
                    await RunSql.TakeAsync(connection, member.TenantId, id, ct) ?? throw new RuleException("campaign.state-forbidden");
                var change = campaign.Become(CampaignState.Running, CampaignCause.ByPerson, member.UserId, now);
                if (change.From == CampaignState.Paused)
                {
                    await CampaignRunner.GoOnAsync(connection, run, ct);
                }

                // Before the lane's own rows (docs/ledger.md).
                await PoolWake.AllAsync(connection, member.TenantId, campaign.PoolId!.Value, ct);
                await CampaignSql.ReleaseAsync(connection, member.TenantId, id, member.UserId, member.DisplayName, ct);
                return change;
            },
            ct
        );
    }

    /// <summary>Nobody gets it any more who has not got it yet; that cannot be undone.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it is over.</exception>
    public Task CancelAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsSend);
        return ChangeAsync(
            id,
            async (campaign, connection, now) =>
            {
                var change = campaign.Become(CampaignState.Cancelled, CampaignCause.ByPerson, member.UserId, now);
                await HoldAsync(connection, id, CampaignState.Cancelled, ct);
                return change;
            },
            ct
        );
    }

    /// <summary>A campaign that waits for its time is a draft again: its frozen audience is thrown away, an approval too.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it does not wait for its time.</exception>
    public Task TakeBackAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        return ChangeAsync(
            id,
            (campaign, _, now) => Task.FromResult(campaign.Become(CampaignState.Draft, CampaignCause.ByPerson, member.UserId, now)),
            ct
        );
    }

    private async Task ChangeAsync(
        CampaignId id,
        Func<Campaign, NpgsqlConnection, DateTimeOffset, Task<CampaignChange>> change,
        CancellationToken ct
    )
    {
        await using (var db = await dbs.CreateDbContextAsync(ct))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            // Whoever works on the campaign is waited for, and finds what is said here afterwards.
            await RunSql.LockAsync(connection, member.TenantId, id, ct);
            var campaign = await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");
            var line = await change(campaign, connection, await DatabaseClock.NowAsync(connection, ct));
            await db.SaveChangesAsync(ct);
            await StateSql.LineAsync(connection, member.TenantId, id, line, member.DisplayName, ct);
            await transaction.CommitAsync(ct);
        }

        await WakeAsync(id, ct);
    }

    /// <summary>After the commit: the work list's row is held by whoever takes a turn, who waits for the rows above.</summary>
    private async Task WakeAsync(CampaignId id, CancellationToken ct)
    {
        await using (var transaction = await tools.Database.BeginAsync(member.TenantId, ct))
        {
            await RunSql.DueAsync(transaction.Connection, id, TimeSpan.Zero, ct);
            var pool = await PoolAsync(transaction.Connection, id, ct);
            await transaction.CommitAsync(ct);
            if (pool is { } fed)
            {
                tools.Lane.Tell(member.TenantId, fed);
            }
        }

        tools.Hub.Publish(new CampaignChanged(member.TenantId, id));
        tools.Signal.Raise();
    }

    private Task<bool> HoldAsync(NpgsqlConnection connection, CampaignId id, CampaignState state, CancellationToken ct) =>
        CampaignSql.HoldAsync(connection, member.TenantId, id, [StateSql.HeldFor(state)], ct, member.UserId, member.DisplayName);

    private async Task<PoolId?> PoolAsync(NpgsqlConnection connection, CampaignId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT pool_id FROM campaigns WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) is Guid pool ? new PoolId(pool) : null;
    }

    private async Task<int> OnTheWireAsync(CampaignId id, CancellationToken ct)
    {
        var began = tools.Time.GetTimestamp();
        while (true)
        {
            int sending;
            await using (var transaction = await tools.Database.BeginAsync(member.TenantId, ct))
            {
                await using var command = transaction.Connection.Sql(
                    """
                    SELECT count(*)::int FROM campaigns c
                    JOIN pool_members b ON b.tenant_id = $1 AND b.pool_id = c.pool_id
                    JOIN messages m ON m.tenant_id = $1 AND m.instance_id = b.instance_id AND m.delivery = 'Sending'
                    JOIN campaign_sends s ON s.tenant_id = $1 AND s.message_id = m.id AND s.campaign_id = c.id
                    WHERE c.tenant_id = $1 AND c.id = $2
                    """,
                    member.TenantId.Value,
                    id.Value
                );
                sending = (int)(await command.ExecuteScalarAsync(ct))!;
            }

            if (sending == 0 || tools.Time.GetElapsedTime(began) > _onTheWire)
            {
                return sending;
            }

            await Task.Delay(_look, tools.Time, ct);
        }
    }
}
