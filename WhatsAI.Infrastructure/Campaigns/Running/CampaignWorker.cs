using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>What a turn is taken with.</summary>
internal sealed record CampaignTools(CampaignRunner Runner, CampaignLane Lane, CampaignSignal Signal, EventHub Hub);

/// <summary>
/// Takes the turns of campaigns, a few at once, in every copy: a campaign is due at its time, or when there is news of it. The row lock is lease and fence: a copy that
/// dies gives it back with its connection, and another one takes the turn anew.
/// </summary>
internal sealed class CampaignWorker(NpgsqlDataSource database, CampaignTools tools, TimeProvider time, ILogger<CampaignWorker> log)
    : BackgroundService
{
    private const int AtOnce = 2;
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(500);

    // A campaign whose turn fails rests: its news would wake it again at once.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<CampaignId, long> _resting = [];

    /// <summary>Until nothing is due any more.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (await TurnAsync(ct)) { }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => LoopAsync(stoppingToken)));

    private async Task LoopAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await TurnAsync(stopping))
                {
                    await tools.Signal.WaitAsync(_poll, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseAway.Is(e))
            {
                log.LogInformation("Campaigns rest: the database is away ({Failure})", e.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>False: nothing is due.</summary>
    private async Task<bool> TurnAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ClaimAsync(connection, ct) is not var (campaign, tenant))
        {
            return false;
        }

        using var scope = log.BeginScope(new Dictionary<string, object> { ["TenantId"] = tenant.Value, ["CampaignId"] = campaign.Value });
        try
        {
            await connection.EnterAsync(tenant, ct);
            var end = await tools.Runner.TurnAsync(connection, tenant, campaign, ct);
            await RunSql.DueAsync(connection, campaign, end.Again, ct);
            await transaction.CommitAsync(ct);
            _resting.TryRemove(campaign, out _);
            Tell(tenant, campaign, end);
        }
        catch (Exception e) when (!DatabaseAway.Is(e) && e is not OperationCanceledException)
        {
            log.LogError(e, "A turn of campaign {CampaignId} of {TenantId} failed; it is tried again", campaign, tenant);
            _resting[campaign] = time.GetTimestamp();
        }

        return true;
    }

    private void Tell(TenantId tenant, CampaignId campaign, TurnEnd end)
    {
        if (end.Moved)
        {
            tools.Hub.Publish(new CampaignChanged(tenant, campaign));
        }

        if (end.Fed is { } pool)
        {
            tools.Lane.Tell(tenant, pool);
        }
    }

    /// <summary>Of those with news each is found by one probe, however much news there is.</summary>
    private async Task<(CampaignId, TenantId)?> ClaimAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var (campaign, since) in _resting)
        {
            if (time.GetElapsedTime(since) > _rest)
            {
                _resting.TryRemove(campaign, out _);
            }
        }

        await using var command = connection.Sql(
            """
            WITH RECURSIVE news AS (
                (SELECT campaign_id FROM campaign_news ORDER BY campaign_id LIMIT 1)
                UNION ALL
                SELECT (SELECT n.campaign_id FROM campaign_news n WHERE n.campaign_id > l.campaign_id ORDER BY n.campaign_id LIMIT 1)
                FROM news l WHERE l.campaign_id IS NOT NULL
            )
            SELECT w.campaign_id, w.tenant_id FROM campaign_work w
            WHERE (w.due_at <= clock_timestamp() OR w.campaign_id IN (SELECT campaign_id FROM news)) AND w.campaign_id <> ALL ($1)
            ORDER BY w.due_at NULLS FIRST LIMIT 1 FOR UPDATE OF w SKIP LOCKED
            """,
            _resting.Keys.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (new CampaignId(reader.GetGuid(0)), new TenantId(reader.GetGuid(1))) : null;
    }
}
