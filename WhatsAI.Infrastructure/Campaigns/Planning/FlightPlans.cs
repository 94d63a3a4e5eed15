using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Planning;

/// <summary>How far the making of a plan is.</summary>
/// <param name="Looked">People of the audience that were looked at.</param>
public sealed record PlanProgress(int Looked);

/// <summary>Makes flight plans: counts the audience by the rules that will freeze it, and plays it through the pool by the rules that will send it.</summary>
public sealed class FlightPlans(
    IDbContextFactory<ConsoleDb> dbs,
    NpgsqlDataSource database,
    CurrentMember member,
    EventHub hub,
    TimeProvider time
)
{
    /// <summary>Of those who are left out so many of each reason can be looked at before the launch; after it, all.</summary>
    public const int MostLeftOut = 100;

    /// <summary>Counts and simulates, and keeps the plan with the draft.</summary>
    /// <param name="id">The draft.</param>
    /// <param name="basis">On what ground those are written to whose consent is unknown; null: they are not.</param>
    /// <param name="progress">Is told of large audiences.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, it is gone or no draft, or it lacks a message, an audience or a pool.</exception>
    public async Task<FlightPlanRow> MakeAsync(
        CampaignId id,
        LegalBasis? basis,
        IProgress<PlanProgress>? progress = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign =
            await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");
        if (campaign.State != CampaignState.Draft)
        {
            throw new RuleException("campaign.not-draft");
        }

        if (campaign is not { TemplateId: { } templateId, Audience: not null, PoolId: not null })
        {
            throw new RuleException("campaign.incomplete");
        }

        var template =
            await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == templateId, ct)
            ?? throw new RuleException("template.gone");
        var print = PrintOf(campaign, template, basis);
        var (flight, leftOut) = await ReadAsync(campaign, template, basis, progress, ct);
        var now = time.GetUtcNow();
        // The same campaign gives the same plan, and the simulation leaves the circuit's thread alone.
        var plan = await Task.Run(() => FlightPlanning.Plan(flight, now, id.Value.GetHashCode()), ct);
        var row = new FlightPlanRow
        {
            TenantId = member.TenantId,
            CampaignId = id,
            Print = print,
            Plan = plan,
            LeftOut = leftOut,
            Basis = basis,
            MadeAt = now,
            MadeBy = member.UserId,
        };
        await KeepAsync(row, ct);
        hub.Publish(new CampaignChanged(member.TenantId, id));
        return Seen(row);
    }

    /// <summary>As it was made last; null: never, or the draft says something else now.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<FlightPlanRow?> FindAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var row = await db.FlightPlans.AsNoTracking().SingleOrDefaultAsync(p => p.CampaignId == id, ct);
        var campaign = row is null ? null : await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct);
        var template = campaign?.TemplateId is { } of
            ? await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == of, ct)
            : null;
        return campaign is not null && template is not null && row!.Print == PrintOf(campaign, template, row.Basis) ? Seen(row) : null;
    }

    /// <summary>The first of those who are left out for a reason, as the last plan counted them, by name; whoever is gone since is not among them.</summary>
    /// <exception cref="RuleException">The member may not, this or see contacts.</exception>
    public async Task<IReadOnlyList<ContactRow>> LeftOutAsync(CampaignId id, Exclusion reason, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsRead);
        var row = await FindAsync(id, ct);
        if (row?.LeftOut.GetValueOrDefault(reason) is not { Count: > 0 } contacts)
        {
            return [];
        }

        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var all = new ContactScope(null, null, null, SegmentDay.Of(time.GetUtcNow(), TimeZoneInfo.Utc));
        return await ContactListSql.ReadAsync(
            ContactListSql.Among(transaction.Connection, member.TenantId, all, [.. contacts.Select(c => new ContactId(c))]),
            ct
        );
    }

    private FlightPlanRow Seen(FlightPlanRow row) =>
        new()
        {
            TenantId = row.TenantId,
            CampaignId = row.CampaignId,
            Print = row.Print,
            Plan = row.Plan.For(member.Sees),
            LeftOut = row.LeftOut,
            Basis = row.Basis,
            MadeAt = row.MadeAt,
            MadeBy = row.MadeBy,
        };

    /// <summary>The audience as it is now, by the judge that will freeze it.</summary>
    /// <exception cref="RuleException">It is gone or lacks a message or an audience.</exception>
    internal async Task<AudienceCount> CountAsync(CampaignId id, LegalBasis? basis, CancellationToken ct)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign =
            await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");
        var template =
            await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == campaign.TemplateId, ct)
            ?? throw new RuleException("template.gone");
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var (connection, now) = (transaction.Connection, time.GetUtcNow());
        var rules = await SettingsSql.ReadAsync(connection, member.TenantId, ct);
        var policy = new AudiencePolicy(basis, rules.Cap, rules.Zone, rules.SkipsConversations).Checked();
        var start = StartOf(campaign, now);
        return (await AudienceTally.CountAsync(connection, member.TenantId, campaign, template, policy, start, now, null, ct)).Count;
    }

    private static DateTimeOffset StartOf(Campaign campaign, DateTimeOffset now) =>
        campaign.Schedule?.StartsAt() is { } at && at > now ? at : now;

    /// <summary>Everything a second person is shown, in one word.</summary>
    internal static string PrintOf(Campaign campaign, MessageTemplate template, LegalBasis? basis) =>
        LaunchPrint.Of([
            .. template.Variants.Used.SelectMany(v =>
                new[] { v.Key, v.Text, v.Weight.ToString(System.Globalization.CultureInfo.InvariantCulture) }
            ),
            template.Variants.Mix.ToString(),
            template.MediaId?.ToString() ?? "",
            .. campaign.Values.OrderBy(v => v.Key, StringComparer.Ordinal).SelectMany(v => new[] { v.Key, v.Value }),
            CampaignJson.Write(campaign.Audience),
            campaign.PoolId?.ToString() ?? "",
            CampaignJson.Write(campaign.Hours),
            CampaignJson.Write(campaign.Schedule),
            CampaignJson.Write(campaign.Canary),
            basis?.ToString() ?? "",
        ]);

    private async Task<(FlightCase Case, IReadOnlyDictionary<Exclusion, IReadOnlyList<Guid>> LeftOut)> ReadAsync(
        Campaign campaign,
        MessageTemplate template,
        LegalBasis? basis,
        IProgress<PlanProgress>? progress,
        CancellationToken ct
    )
    {
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var (connection, tenant, now) = (transaction.Connection, member.TenantId, time.GetUtcNow());
        var facts = new PlanFacts(connection, tenant);
        var rules = await SettingsSql.ReadAsync(connection, tenant, ct);
        var startsAt = StartOf(campaign, now);
        var pool =
            await MemberFactsReader.OfPoolAsync(connection, tenant, campaign.PoolId!.Value, now, ct)
            ?? throw new RuleException("campaign.pool-empty");
        var window = campaign.Hours.Count > 0 ? NarrowedWindow.Of(pool.Pace.Window, campaign.Hours) : pool.Pace.Window;
        var policy = new AudiencePolicy(basis, rules.Cap, rules.Zone, rules.SkipsConversations).Checked();
        var tally = await AudienceTally.CountAsync(connection, tenant, campaign, template, policy, startsAt, now, progress, ct);
        var flight = new FlightCase(
            new PoolPolicy(
                pool.Pace with
                {
                    Window = window,
                },
                pool.Strategy,
                await facts.IsStickyAsync(campaign.PoolId.Value, ct),
                rules.Zone
            ),
            [.. pool.Members.Select(m => new FlightNumber(m.Facts.Instance, m.Facts.Role, m.Pace, m.Facts.Score))],
            tally.Groups,
            await facts.BeforeAsync(campaign, startsAt, ct),
            tally.Count,
            startsAt,
            await facts.ReplyShareAsync(ct),
            await facts.AnswersPerHourAsync(ct),
            rules.Price
        );
        return (flight, tally.LeftOut);
    }

    private async Task KeepAsync(FlightPlanRow row, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            """
            INSERT INTO flight_plans (tenant_id, campaign_id, print, plan, basis, made_at, made_by, left_out)
            VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8::jsonb)
            ON CONFLICT (tenant_id, campaign_id) DO UPDATE SET print = excluded.print, plan = excluded.plan, basis = excluded.basis,
                made_at = excluded.made_at, made_by = excluded.made_by, left_out = excluded.left_out
            """,
            row.TenantId.Value,
            row.CampaignId.Value,
            row.Print,
            CampaignJson.Write(row.Plan),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)row.Basis?.ToString() ?? DBNull.Value },
            row.MadeAt.ToUniversalTime(),
            row.MadeBy.Value,
            CampaignJson.Write(row.LeftOut)
        );
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
