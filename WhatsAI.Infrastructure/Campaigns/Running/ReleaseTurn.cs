using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>
/// Hands recipients to the pool's queue: asks of each once more what was asked at launch, fills his text and puts his message there, in one transaction with his row.
/// </summary>
internal sealed class ReleaseTurn(CampaignLane lane)
{
    /// <summary>Of all campaigns alike: who was first in the queue goes first.</summary>
    public const short Priority = 100;

    /// <summary>People of one turn: it is over soon, whatever the pool can take.</summary>
    private const int Most = 500;

    // How often the results by variant are counted anew, where shares shift.
    private static readonly TimeSpan _shares = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<CampaignId, (DateTimeOffset At, IReadOnlyList<VariantShare> Shares)> _shifting = [];

    /// <summary>How many were looked at, and how many of them went to the queue: fewer than asked for where nobody else is due.</summary>
    public async Task<(int Looked, int Queued)> StepAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        int most,
        RecipientMoves moves,
        CancellationToken ct
    )
    {
        // Before the rows of anything else (docs/ledger.md).
        await PoolWake.AllAsync(connection, run.Tenant, run.Pool!.Value, ct);
        var asked = Math.Min(most, Most);
        var planned = await PlannedAsync(connection, run, 0, asked, ct);
        if (planned.Count == 0)
        {
            return (0, 0);
        }

        var rules = await SettingsSql.ReadAsync(connection, run.Tenant, ct);
        var policy = new AudiencePolicy(run.Launched!.Basis, rules.Cap, rules.Zone, rules.SkipsConversations);
        var shares = await SharesAsync(connection, run, ct);
        var texts = run.Variants!.Used.ToDictionary(v => v.Key, v => TemplateText.Launched(v.Text), StringComparer.Ordinal);
        var (looked, pieces) = (0, new List<CampaignPiece>());
        while (planned.Count > 0)
        {
            var people = (
                await AudienceSql.ReadAsync(AudienceSql.Of(connection, run.Tenant, planned.Select(p => p.Line.Contact)), ct)
            ).ToDictionary(p => p.Facts.Contact);
            foreach (var (line, values) in planned)
            {
                if (pieces.Count == most)
                {
                    break;
                }

                looked++;
                // Who was forgotten, or merged into another, is written to no more.
                var step = people.TryGetValue(line.Contact, out var person)
                    ? ReleaseRule.Decide(person.Facts, policy, run.Now)
                    : new ReleaseStep.Skip("skipped.gone");
                switch (step)
                {
                    case ReleaseStep.Skip skip:
                        moves.Move(line, line with { State = RecipientState.Skipped, Reason = skip.Reason });
                        break;
                    case ReleaseStep.Later later:
                        moves.Move(line, line with { NotBefore = LocalDays.StartOf(later.On, rules.Zone) });
                        break;
                    default:
                        var variant = line.Variant ?? VariantShares.Draw(shares, run.Id.Value, line.Contact.Value);
                        var body = ScheduledMessage.BodyOf(run.File, texts[variant].Fill(values).Text);
                        pieces.Add(new CampaignPiece(KeyOf(run.Id, line.Contact), body, line.Contact, run.Media));
                        moves.Move(line, line with { State = RecipientState.Queued, Variant = variant, QueuedAt = run.Now });
                        break;
                }
            }

            // Fewer than asked for were everybody who is due.
            if (pieces.Count == most || looked == Most || planned.Count < asked)
            {
                break;
            }

            // Who is passed over takes nobody's place: the longer it goes on so, the more are looked at at once.
            asked = Math.Min(looked * 4, Most - looked);
            planned = await PlannedAsync(connection, run, looked, asked, ct);
        }

        if (pieces.Count > 0)
        {
            await lane.AddAsync(connection, run.Tenant, new CampaignFeed(run.Pool.Value, run.Id, run.Name, Priority, pieces), ct);
        }

        await CountAsync(connection, run, looked, pieces.Count, ct);
        return (looked, pieces.Count);
    }

    /// <summary>The same for each recipient, whoever hands him over: his message is in the queue or the ledger once.</summary>
    public static Guid KeyOf(CampaignId campaign, ContactId contact) => DerivedKey.Of(campaign.Value, contact.Value, 2);

    private static async Task<List<(RecipientLine Line, FrozenValues Values)>> PlannedAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        int skip,
        int most,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT {RecipientNews.Columns}, values FROM campaign_recipients
            WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'Planned' AND not_before <= now() ORDER BY not_before, place LIMIT $3 OFFSET $4
            """,
            run.Tenant.Value,
            run.Id.Value,
            most,
            skip
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var planned = new List<(RecipientLine, FrozenValues)>();
        while (await reader.ReadAsync(ct))
        {
            planned.Add((RecipientNews.Read(reader), CampaignJson.ReadValues(reader.GetString(15))));
        }

        return planned;
    }

    private static async Task CountAsync(NpgsqlConnection connection, CampaignRun run, int looked, int queued, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE campaign_runs SET released = released + $3, brake_released = brake_released + $4 WHERE tenant_id = $1 AND campaign_id = $2",
            run.Tenant.Value,
            run.Id.Value,
            looked,
            queued
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>By which a recipient's variant is drawn, where that was not done at launch.</summary>
    private async Task<IReadOnlyList<VariantShare>> SharesAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        var variants = run.Variants!;
        if (variants.Mix == VariantMix.Fixed)
        {
            return VariantShares.Fixed(variants);
        }

        if (_shifting.TryGetValue(run.Id, out var known) && run.Now - known.At < _shares)
        {
            return known.Shares;
        }

        // Another draw each time, the same for a turn that is repeated.
        var seed = HashCode.Combine(run.Id, run.Now.UtcTicks / _shares.Ticks);
        var shares = VariantShares.Of(variants, await ResultsAsync(connection, run, ct), seed);
        _shifting[run.Id] = (run.Now, shares);
        return shares;
    }

    private static async Task<List<VariantResult>> ResultsAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT variant, count(*)::int, count(replied_at)::int FROM campaign_recipients
            WHERE tenant_id = $1 AND campaign_id = $2 AND sent_at < now() - $3::interval AND variant IS NOT NULL GROUP BY variant
            """,
            run.Tenant.Value,
            run.Id.Value,
            VariantShares.TimeToAnswer
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var results = new List<VariantResult>();
        while (await reader.ReadAsync(ct))
        {
            results.Add(new VariantResult(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2)));
        }

        return results;
    }
}
