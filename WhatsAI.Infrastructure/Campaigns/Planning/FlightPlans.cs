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

    private const int Page = 4_000;

    // Campaigns of the last months tell how many people answer.
    private static readonly TimeSpan _past = TimeSpan.FromDays(180);

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
        var leftOut = new Dictionary<Exclusion, List<Guid>>();
        var flight = await ReadAsync(campaign, template, basis, leftOut, progress, ct);
        var now = time.GetUtcNow();
        // The same campaign gives the same plan, and the simulation leaves the circuit's thread alone.
        var plan = await Task.Run(() => FlightPlanning.Plan(flight, now, id.Value.GetHashCode()), ct);
        var row = new FlightPlanRow
        {
            TenantId = member.TenantId,
            CampaignId = id,
            Print = print,
            Plan = plan,
            LeftOut = leftOut.ToDictionary(l => l.Key, l => (IReadOnlyList<Guid>)l.Value),
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
        return (await CountAsync(connection, campaign, template, policy, StartOf(campaign, now), leftOut: [], progress: null, ct)).Count;
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

    private async Task<FlightCase> ReadAsync(
        Campaign campaign,
        MessageTemplate template,
        LegalBasis? basis,
        Dictionary<Exclusion, List<Guid>> leftOut,
        IProgress<PlanProgress>? progress,
        CancellationToken ct
    )
    {
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var (connection, tenant, now) = (transaction.Connection, member.TenantId, time.GetUtcNow());
        var rules = await SettingsSql.ReadAsync(connection, tenant, ct);
        var startsAt = StartOf(campaign, now);
        var pool =
            await MemberFactsReader.OfPoolAsync(connection, tenant, campaign.PoolId!.Value, now, ct)
            ?? throw new RuleException("campaign.pool-empty");
        var window = campaign.Hours.Count > 0 ? NarrowedWindow.Of(pool.Pace.Window, campaign.Hours) : pool.Pace.Window;
        var policy = new AudiencePolicy(basis, rules.Cap, rules.Zone, rules.SkipsConversations).Checked();
        var (groups, count) = await CountAsync(connection, campaign, template, policy, startsAt, leftOut, progress, ct);
        return new FlightCase(
            new PoolPolicy(
                pool.Pace with
                {
                    Window = window,
                },
                pool.Strategy,
                await IsStickyAsync(connection, campaign.PoolId.Value, ct),
                rules.Zone
            ),
            [.. pool.Members.Select(m => new FlightNumber(m.Facts.Instance, m.Facts.Role, m.Pace, m.Facts.Score))],
            groups,
            await BeforeAsync(connection, campaign, startsAt, ct),
            count,
            startsAt,
            await ReplyShareAsync(connection, ct),
            await AnswersPerHourAsync(connection, ct),
            rules.Price
        );
    }

    /// <summary>By the very judge that will freeze it.</summary>
    private async Task<(IReadOnlyList<FlightGroup> Groups, AudienceCount Count)> CountAsync(
        NpgsqlConnection connection,
        Campaign campaign,
        MessageTemplate template,
        AudiencePolicy policy,
        DateTimeOffset startsAt,
        Dictionary<Exclusion, List<Guid>> leftOut,
        IProgress<PlanProgress>? progress,
        CancellationToken ct
    )
    {
        var day = SegmentDay.Of(time.GetUtcNow(), policy.Zone);
        var scope = await AudienceScope.ReadAsync(connection, member.TenantId, campaign.Audience!, day, ct);
        var company = await TemplateCompany.OfAsync(connection, member.TenantId, ct);
        var fields = (await FieldSql.AllAsync(connection, member.TenantId, shared: false, ct)).Values.ToArray();
        TemplateText[] texts = [.. template.Variants.Used.Select(v => TemplateText.Launched(v.Text))];
        var judge = new AudienceJudge(policy, startsAt);
        var groups = new Dictionary<(Reach, InstanceId?), int>();
        ContactId? after = null;
        while (true)
        {
            var people = await AudienceSql.ReadAsync(
                AudienceSql.Page(connection, member.TenantId, scope, after, Page, campaign.PoolId),
                ct
            );
            foreach (var person in people)
            {
                var excluded = judge.Judge(
                    person.Facts,
                    () => FrozenValues.Of(texts, company.Of(person.Name, person.Fields, fields, campaign.Values)).HasHole(texts)
                );
                if (excluded is not { } why)
                {
                    var key = (person.IsKnown ? Reach.Known : Reach.Stranger, person.Talks);
                    groups[key] = groups.GetValueOrDefault(key) + 1;
                }
                else if (!leftOut.TryGetValue(why, out var first) || first.Count < MostLeftOut)
                {
                    (first ?? (leftOut[why] = [])).Add(person.Facts.Contact.Value);
                }
            }

            progress?.Report(new PlanProgress(judge.Count.Total));
            if (people.Count < Page)
            {
                return ([.. groups.Select(g => new FlightGroup(g.Key.Item1, g.Value, g.Key.Item2))], judge.Count);
            }

            after = people[^1].Facts.Contact;
        }
    }

    private async Task<bool> IsStickyAsync(NpgsqlConnection connection, PoolId pool, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT is_sticky FROM pools WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            pool.Value
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>What other campaigns still have to send through the pool goes first, as if it were all to strangers.</summary>
    private async Task<IReadOnlyList<Demand>> BeforeAsync(
        NpgsqlConnection connection,
        Campaign campaign,
        DateTimeOffset startsAt,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(sum(q.waiting), 0)::int + coalesce((
                SELECT sum(n.people) FROM campaigns c JOIN campaign_counts n ON n.tenant_id = $1 AND n.campaign_id = c.id AND n.kind = 'Planned'
                WHERE c.tenant_id = $1 AND c.pool_id = $2 AND c.id <> $3 AND c.state = 'Running'), 0)::int
            FROM pool_queues q JOIN campaign_signals s ON s.tenant_id = $1 AND s.campaign_id = q.campaign_id AND s.held_at IS NULL
            WHERE q.tenant_id = $1 AND q.pool_id = $2 AND q.campaign_id <> $3
            """,
            member.TenantId.Value,
            campaign.PoolId!.Value.Value,
            campaign.Id.Value
        );
        var waiting = (int)(await command.ExecuteScalarAsync(ct))!;
        return waiting == 0 ? [] : [new Demand("before", 0, Reach.Stranger, waiting, startsAt)];
    }

    /// <summary>Null while there is nothing to expect it from.</summary>
    private async Task<double?> ReplyShareAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT sum(n.people) FILTER (WHERE n.kind = 'Replied')::float8 / nullif(sum(n.people) FILTER (WHERE n.kind IN ('Sent', 'Delivered', 'Read', 'Replied')), 0)
            FROM campaigns c JOIN campaign_counts n ON n.tenant_id = $1 AND n.campaign_id = c.id
            WHERE c.tenant_id = $1 AND c.created_at > now() - $2::interval AND c.state IN ('Running', 'Paused', 'Completed')
            """,
            member.TenantId.Value,
            _past
        );
        return await command.ExecuteScalarAsync(ct) as double?;
    }

    /// <summary>What the agents answered in an hour of the last week in which somebody did; null while unknown.</summary>
    private async Task<double?> AnswersPerHourAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT avg(h.answered)::float8 FROM (
                SELECT count(*) AS answered FROM episodes WHERE tenant_id = $1 AND first_reply_at > now() - interval '7 days'
                GROUP BY date_trunc('hour', first_reply_at)
            ) h
            """,
            member.TenantId.Value
        );
        return await command.ExecuteScalarAsync(ct) as double?;
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
