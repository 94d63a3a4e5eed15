using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>Launched campaigns, each read once for all who look at it. Nothing here counts recipients.</summary>
public sealed class CampaignLiveRows(NpgsqlDataSource database, TimeProvider time)
    : SharedRead<(TenantId Tenant, CampaignId Campaign), CampaignBoard?>(time)
{
    private const int MostCounted = 1_000;

    // Who was left out does not change once the audience is frozen, and is counted once for each launch.
    private readonly ConcurrentDictionary<CampaignId, (DateTimeOffset Launched, Dictionary<Exclusion, int> Counts)> _leftOut = [];

    protected override async Task<CampaignBoard?> ReadAsync((TenantId Tenant, CampaignId Campaign) key, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(key.Tenant, ct);
        var connection = transaction.Connection;
        if (await RunSql.LookAsync(connection, key.Tenant, key.Campaign, ct) is not { State: not CampaignState.Draft } run)
        {
            return null;
        }

        var sql = new LiveSql(connection, key.Tenant, key.Campaign);
        var counts = await RunCounts.ReadAsync(connection, key.Tenant, key.Campaign, ct);
        var (extras, steps) = (await sql.ExtrasAsync(ct), await sql.StepsAsync(ct));
        var (lastHour, sentNow) = run.State == CampaignState.Running ? await sql.RateAsync(run.Now, ct) : ([], 0);
        var course =
            run.Pool is { } pool && !run.State.IsOver()
                ? new CampaignCourse(
                    run,
                    counts,
                    extras,
                    await PoolStand.ReadAsync(connection, key.Tenant, pool, key.Campaign, ct),
                    await MemberFactsReader.OfPoolAsync(connection, key.Tenant, pool, run.Now, ct),
                    sentNow
                )
                : new CampaignCourse(run, counts, extras, null, null, sentNow);
        return new CampaignBoard
        {
            Head = HeadOf(run, extras, steps),
            Doing = CampaignDoing.Of(course.Facts),
            Pace = course.Pace,
            Counts = counts,
            Numbers = await sql.NumbersAsync(counts, run.Pool, ct),
            LastHour = lastHour,
            Audience = await sql.SourcesAsync(run.Audience, ct),
            LeftOut = await LeftOutAsync(run, sql, ct),
            Hours = await sql.HoursAsync(ct),
            History = steps,
            At = run.Now,
        };
    }

    private async Task<IReadOnlyDictionary<Exclusion, int>> LeftOutAsync(CampaignRun run, LiveSql sql, CancellationToken ct)
    {
        var launched = run.Launched?.At ?? run.StateSince;
        if (_leftOut.TryGetValue(run.Id, out var known) && known.Launched == launched)
        {
            return known.Counts;
        }

        var counts = await sql.LeftOutAsync(ct);
        if (run.PreparedAt is not null)
        {
            if (_leftOut.Count >= MostCounted)
            {
                _leftOut.Clear();
            }

            _leftOut[run.Id] = (launched, counts);
        }

        return counts;
    }

    private static CampaignHead HeadOf(CampaignRun run, LiveExtras extras, List<CampaignStep> steps)
    {
        // What was launched before it was a draft again is another launch.
        var mine = steps.Skip(steps.FindLastIndex(s => s.From == CampaignState.Draft) is >= 0 and var first ? first : 0).ToList();
        return new CampaignHead(
            run.Id,
            run.Name,
            run.State,
            run.StateSince,
            run.Cause,
            extras.Detail,
            mine.Find(s => s.To == CampaignState.Running)?.At,
            mine is [{ ByName: var by }, ..] ? by : null,
            run.Pool,
            extras.PoolName,
            run.Schedule,
            run.Variants ?? VariantSet.None,
            extras.ReplyDays,
            run.Recipients,
            run.Excluded,
            extras.Price
        )
        {
            Basis = run.Launched?.Basis,
            By = run.Cause == CampaignCause.ByPerson ? steps.LastOrDefault()?.ByName : null,
        };
    }
}
