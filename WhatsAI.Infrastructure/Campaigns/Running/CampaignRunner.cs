using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Releasing;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>How a turn ended.</summary>
/// <param name="Again">When the next one is due; null: when there is news.</param>
/// <param name="Moved">The campaign looks different now.</param>
/// <param name="Fed">The pool whose queue got messages; null: none.</param>
/// <param name="IsGone">The machine has nothing to do with it any more.</param>
internal sealed record TurnEnd(TimeSpan? Again, bool Moved, PoolId? Fed = null, bool IsGone = false);

/// <summary>
/// One turn of one campaign, in one transaction that holds its rows of the work list and of the machine: takes in what happened, then does what is due. Whoever takes
/// the next turn, in whichever copy, finds everything in the rows; a turn that is cut off has not been.
/// </summary>
internal sealed class CampaignRunner(AudienceFreeze freeze, ReleaseTurn release)
{
    private static readonly TimeSpan _now = TimeSpan.Zero;
    private static readonly TimeSpan _running = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(15);

    public async Task<TurnEnd> TurnAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct)
    {
        if (await RunSql.TakeAsync(connection, tenant, campaign, ct) is not { } run)
        {
            // Somebody steers it at this moment.
            return new TurnEnd(TimeSpan.FromMilliseconds(100), Moved: false);
        }

        var moves = new RecipientMoves(tenant, campaign);
        var news = await RecipientNews.TakeAsync(connection, tenant, campaign, moves, ct);
        if (news == RecipientNews.Most)
        {
            await EndAsync(connection, run, moves, ct);
            return new TurnEnd(_now, Moved: true);
        }

        var end = await DoAsync(connection, run, moves, ct);
        if (!end.IsGone)
        {
            await EndAsync(connection, run, moves, ct);
        }

        return end with
        {
            Moved = end.Moved || news > 0,
        };
    }

    private async Task<TurnEnd> DoAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        switch (run.State)
        {
            case CampaignState.Draft:
                var gone = await RunClearing.StepAsync(connection, run, ct);
                return new TurnEnd(_now, Moved: gone, IsGone: gone);
            case CampaignState.Cancelled:
                return await QueueRecall.CancelAsync(connection, run, moves, ct)
                    ? new TurnEnd(null, Moved: true)
                    : new TurnEnd(_now, Moved: true);
            case CampaignState.Completed:
                return new TurnEnd(null, Moved: false);
        }

        if (run.PreparedAt is null)
        {
            await freeze.StepAsync(connection, run, ct);
            return new TurnEnd(_now, Moved: true);
        }

        return run.State switch
        {
            CampaignState.Scheduled => await StartAsync(connection, run, ct),
            CampaignState.Paused => await WaitAsync(connection, run, moves, ct),
            _ => await RunAsync(connection, run, moves, ct),
        };
    }

    private static async Task EndAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        await moves.WriteAsync(connection, ct);
        if (moves.LastSentAt is { } last && !(last <= run.LastSentAt))
        {
            await using var command = connection.Sql(
                "UPDATE campaign_runs SET last_sent_at = $3 WHERE tenant_id = $1 AND campaign_id = $2",
                run.Tenant.Value,
                run.Id.Value,
                last.ToUniversalTime()
            );
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task<TurnEnd> StartAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        switch (StartRule.Decide(run.Schedule!, run.Now))
        {
            case StartDecision.Wait wait:
                // Not all at once: a zone's rules may change before it comes.
                var until = wait.Until - run.Now;
                return new TurnEnd(until < TimeSpan.FromMinutes(10) ? until : TimeSpan.FromMinutes(10), Moved: false);
            case StartDecision.Start:
                await StateSql.BecomeAsync(connection, run, CampaignState.Running, CampaignCause.Due, null, null, ct);
                break;
            case StartDecision.Ask:
                await StateSql.BecomeAsync(
                    connection,
                    run,
                    CampaignState.Paused,
                    CampaignCause.Late,
                    new PauseDetail(["held.late"]),
                    null,
                    ct
                );
                break;
            default:
                await StateSql.BecomeAsync(connection, run, CampaignState.Cancelled, CampaignCause.TooLate, null, null, ct);
                break;
        }

        return new TurnEnd(_now, Moved: true);
    }

    /// <summary>Paused: a person may have let the lane go on where the pools are looked at, and what is on its way may come to an end.</summary>
    private static async Task<TurnEnd> WaitAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        if (run is { HeldAt: null, ReleasedBy: { } by } && run.ReleasedAt > run.StateSince)
        {
            await GoOnAsync(connection, run, ct);
            var moved = await StateSql.BecomeAsync(connection, run, CampaignState.Running, CampaignCause.ByPerson, null, by, ct);
            return new TurnEnd(_now, moved);
        }

        // The counts want this turn's news.
        await moves.WriteAsync(connection, ct);
        moves.Forget();
        return await FinishedAsync(connection, run, await RunCounts.ReadAsync(connection, run.Tenant, run.Id, ct), ct)
            ? new TurnEnd(null, Moved: true)
            : new TurnEnd(_idle, Moved: false);
    }

    /// <summary>What a person's word to go on changes beside the state: the first part is through, and what was known stops it no second time.</summary>
    public static async Task GoOnAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        if (run.Cause == CampaignCause.CanaryFailed)
        {
            await RunSql.PassAsync(connection, run.Tenant, run.Id, ct);
        }

        var counts = await RunCounts.ReadAsync(connection, run.Tenant, run.Id, ct);
        await RunSql.AcceptAsync(connection, run.Tenant, run.Id, counts.Whole, ct);
    }

    private async Task<TurnEnd> RunAsync(NpgsqlConnection connection, CampaignRun run, RecipientMoves moves, CancellationToken ct)
    {
        if (run.HeldAt is not null)
        {
            // A failover held it, or a person where the pools are looked at.
            var cause = run.HeldBy is null ? CampaignCause.NumberFailed : CampaignCause.ByPerson;
            var moved = await StateSql.BecomeAsync(
                connection,
                run,
                CampaignState.Paused,
                cause,
                new PauseDetail(run.HeldWhy),
                run.HeldBy,
                ct
            );
            return new TurnEnd(_idle, moved);
        }

        await moves.WriteAsync(connection, ct);
        moves.Forget();
        var counts = await RunCounts.ReadAsync(connection, run.Tenant, run.Id, ct);
        if (await FinishedAsync(connection, run, counts, ct))
        {
            return new TurnEnd(null, Moved: true);
        }

        if (await CampaignGuards.JudgeAsync(connection, run, counts, ct) is { } bad)
        {
            return await PauseAsync(connection, run, CampaignCause.BadSignals, bad, ct);
        }

        // What this turn's news say of the last message is not in the row yet: of a first part that went out at once nothing would be.
        var last = moves.LastSentAt > (run.LastSentAt ?? DateTimeOffset.MinValue) ? moves.LastSentAt : run.LastSentAt;
        var gate = CanaryGate.Decide(run.Canary, CanaryOf(run with { LastSentAt = last }, counts), run.CanaryPassed, run.Now);
        if (gate is CanaryStep.Close closed)
        {
            return await PauseAsync(connection, run, CampaignCause.CanaryFailed, new PauseDetail(closed.Causes), ct);
        }

        if (gate is CanaryStep.Open && !run.CanaryPassed)
        {
            await RunSql.PassAsync(connection, run.Tenant, run.Id, ct);
        }

        return await ReleaseAsync(connection, run, gate, moves, ct);
    }

    private async Task<TurnEnd> ReleaseAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        CanaryStep gate,
        RecipientMoves moves,
        CancellationToken ct
    )
    {
        if (await PoolStand.ReadAsync(connection, run.Tenant, run.Pool!.Value, run.Id, ct) is not { } pool)
        {
            return await PauseAsync(connection, run, CampaignCause.NumberFailed, new PauseDetail(["held.pool-gone"]), ct);
        }

        if (await ClosedAsync(connection, run, pool, moves, ct) is { } closed)
        {
            return closed;
        }

        var brake = await CampaignGuards.BrakeAsync(connection, run, ct);
        var stand = new QueueStand(pool.Waiting, Math.Max(0, run.LastWaiting - pool.Waiting), pool.Senders, pool.Pace.MeanGap);
        var allowance = new BrakeAllowance(
            brake.Factor,
            brake == run.Brake ? run.BrakeSince ?? run.Now : run.Now,
            brake == run.Brake ? run.BrakeReleased : 0
        );
        var canary = gate switch
        {
            CanaryStep.Open => int.MaxValue,
            CanaryStep.Release first => first.More,
            _ => 0,
        };
        var most = Math.Min(ReleaseAhead.More(stand), Math.Min(allowance.More(stand, run.Now), canary));
        var (looked, queued) = most > 0 ? await release.StepAsync(connection, run, most, moves, ct) : (0, 0);
        await LeaveAsync(connection, run, pool.Waiting + queued, ct);
        return new TurnEnd(_running, looked > 0, queued > 0 ? run.Pool : null);
    }

    /// <summary>What waits in the queue when the turn ends: by the next one, what of it is gone has left by the pool.</summary>
    private static async Task LeaveAsync(NpgsqlConnection connection, CampaignRun run, int waiting, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE campaign_runs SET last_waiting = $3 WHERE tenant_id = $1 AND campaign_id = $2",
            run.Tenant.Value,
            run.Id.Value,
            waiting
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Outside the campaign's own hours nothing waits in the queue. Null: it is within them, or has none.</summary>
    private static async Task<TurnEnd?> ClosedAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        PoolStand pool,
        RecipientMoves moves,
        CancellationToken ct
    )
    {
        if (run.Hours.Count == 0)
        {
            return null;
        }

        var zone = (await SettingsSql.ReadAsync(connection, run.Tenant, ct)).Zone;
        if (OpensAt(pool.Pace.Window, run.Hours, run.Now, zone) is not { } opens || opens > run.Now)
        {
            var back = await QueueRecall.BackAsync(connection, run, moves, ct);
            if (run.LastWaiting > 0)
            {
                await LeaveAsync(connection, run, 0, ct);
            }

            return new TurnEnd(back > 0 ? TimeSpan.FromSeconds(1) : _idle, back > 0);
        }

        return null;
    }

    /// <summary>When a campaign with hours of its own may send next; null: never.</summary>
    private static DateTimeOffset? OpensAt(SendingWindow pool, IReadOnlyList<OpenSpan> hours, DateTimeOffset now, TimeZoneInfo zone)
    {
        try
        {
            return NarrowedWindow.Of(pool, hours).Find(now, zone)?.Opens;
        }
        catch (RuleException)
        {
            // The pool's hours were changed and share none with the campaign's.
            return null;
        }
    }

    private static async Task<TurnEnd> PauseAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        CampaignCause cause,
        PauseDetail detail,
        CancellationToken ct
    ) => new(_idle, await StateSql.BecomeAsync(connection, run, CampaignState.Paused, cause, detail, null, ct));

    /// <summary>True: nobody is left, and it is complete.</summary>
    private static async Task<bool> FinishedAsync(NpgsqlConnection connection, CampaignRun run, RunCounts counts, CancellationToken ct) =>
        !counts.HasOpen && await StateSql.BecomeAsync(connection, run, CampaignState.Completed, CampaignCause.Finished, null, null, ct);

    /// <summary>How the first part stands.</summary>
    public static CanaryState CanaryOf(CampaignRun run, RunCounts counts)
    {
        var open = counts.Of(RecipientState.Planned, RecipientState.Queued, RecipientState.Sending);
        return new CanaryState(
            run.Recipients,
            Released: run.Recipients - counts.Of(RecipientState.Planned),
            Settled: run.Recipients - open,
            Delivered: counts.Of(RecipientState.Delivered, RecipientState.Read, RecipientState.Replied),
            // What a person knew when he let it go on is no news, and nothing more is to be expected of those who failed by then.
            Unsent: counts.Of(RecipientState.Skipped) + (run.Accepted?.Failed ?? 0),
            run.LastSentAt,
            run.Accepted is { } accepted ? counts.Whole.Without(accepted) : counts.Whole
        );
    }
}
