using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>How a draft stands before its launch.</summary>
/// <param name="Problems">Resource keys below "launch-bad." and "approval."; empty: it may go.</param>
/// <param name="Approval">Whether a second person is asked for, and has said yes.</param>
/// <param name="Plan">The plan that holds; null: none was made of what the draft says now.</param>
public sealed record LaunchStand(IReadOnlyList<string> Problems, ApprovalDecision Approval, FlightPlanRow? Plan);

/// <summary>Launches what was planned, after a second person's word where the company asks for one.</summary>
public sealed class CampaignLaunching(IDbContextFactory<ConsoleDb> dbs, FlightPlans plans, CurrentMember member, SteeringTools tools)
{
    /// <summary>What is in the way for the member who looks.</summary>
    /// <exception cref="RuleException">The member may not, or there is no such campaign.</exception>
    public async Task<LaunchStand> StandAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        var plan = await plans.FindAsync(id, ct);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign = await FindAsync(db, id, ct);
        return await StandAsync(
            db,
            campaign,
            await TemplateAsync(db, campaign, ct),
            new LaunchSight(plan, plan?.Plan.LeftOut, tools.Time.GetUtcNow()),
            ct
        );
    }

    /// <summary>A second person's word for what the plan shows.</summary>
    /// <exception cref="RuleException">The member may not or is the author, the campaign is gone or no draft, or there is no plan of what it says.</exception>
    public async Task ApproveAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsSend);
        var plan = await plans.FindAsync(id, ct) ?? throw new RuleException("launch-bad.no-plan");
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign = await FindAsync(db, id, ct);
        if (campaign.AuthorId == member.UserId)
        {
            throw new RuleException("approval.own");
        }

        campaign.Approve(new LaunchApproval(member.UserId, tools.Time.GetUtcNow(), plan.Print, plan.Plan.People));
        await SaveAsync(db, ct);
        tools.Hub.Publish(new CampaignChanged(member.TenantId, id));
    }

    /// <summary>It runs at once, or waits for its time; its audience is frozen from here on.</summary>
    /// <exception cref="RuleException">The member may not, it is gone or no draft, or something is in the way: the first of it is said.</exception>
    public async Task LaunchAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsSend);
        var plan = await plans.FindAsync(id, ct);
        // People came and went since it was made.
        var audience = plan is null ? null : await plans.CountAsync(id, plan.Basis, ct);
        await using (var db = await dbs.CreateDbContextAsync(ct))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var campaign = await FindAsync(db, id, ct);
            var template = await TemplateAsync(db, campaign, ct) ?? throw new RuleException("launch-bad.text");
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            var now = await DatabaseClock.NowAsync(connection, ct);
            var stand = await StandAsync(db, campaign, template, new LaunchSight(plan, audience, now), ct);
            if (stand.Problems is [var first, ..])
            {
                throw new RuleException(first);
            }

            var line = campaign.Launch(member.UserId, plan!.Basis, template, now);
            await SaveAsync(db, ct);
            await StateSql.LineAsync(connection, member.TenantId, id, line, member.DisplayName, ct);
            await BeginAsync(connection, campaign, ct);
            await transaction.CommitAsync(ct);
        }

        tools.Hub.Publish(new CampaignChanged(member.TenantId, id));
        tools.Signal.Raise();
    }

    private async Task<LaunchStand> StandAsync(
        ConsoleDb db,
        Campaign campaign,
        MessageTemplate? template,
        LaunchSight sight,
        CancellationToken ct
    )
    {
        var (plan, audience, now) = sight;
        var policy = (await db.CampaignSettings.AsNoTracking().SingleOrDefaultAsync(ct))?.Approval ?? new ApprovalPolicy();
        var people = audience?.Included ?? 0;
        var approval = ApprovalRule.Decide(
            policy,
            new LaunchCase(campaign.AuthorId, member.UserId, plan?.Print ?? "", people),
            campaign.Approval,
            now
        );
        var facts = new LaunchFacts(
            template is null ? [new TemplateProblem("template-bad.empty", 0, 0)] : await ProblemsAsync(db, campaign, template, ct),
            template?.MediaId is not { } media || await db.MediaFiles.AnyAsync(f => f.Id == media && f.Hash != null, ct),
            campaign.PoolId is { } pool
                ? await db.PoolMembers.CountAsync(
                    m => m.PoolId == pool && (m.Role == MemberRole.Active || m.Role == MemberRole.Warming),
                    ct
                )
                : 0,
            // Without a plan there is nothing to say of it yet.
            audience ?? new AudienceCount(1, 1, new Dictionary<Exclusion, int>()),
            campaign.Schedule,
            approval,
            plan?.Plan.People,
            plan?.MadeAt
        );
        var clearing = await db.CampaignRuns.AnyAsync(r => r.CampaignId == campaign.Id, ct);
        return new LaunchStand(
            clearing ? [.. LaunchCheck.Problems(facts, now), "launch-bad.still-clearing"] : LaunchCheck.Problems(facts, now),
            approval,
            plan
        );
    }

    /// <summary>With the fields there are now, and the values the campaign gives: one that is not given is unknown where the text has no words for that.</summary>
    private static async Task<IReadOnlyList<TemplateProblem>> ProblemsAsync(
        ConsoleDb db,
        Campaign campaign,
        MessageTemplate template,
        CancellationToken ct
    )
    {
        string[] texts = [.. template.Variants.Used.Select(v => v.Text)];
        var asked = (await TemplateQueries.CatalogAsync(db, ct)).Asking(texts);
        var catalog = asked with
        {
            Campaign = asked.Campaign.Except(TemplateCatalog.Lacking(texts, campaign.Values)).ToHashSet(StringComparer.Ordinal),
        };
        return [.. texts.SelectMany(text => TemplateText.Problems(text, catalog, template.File is not null))];
    }

    /// <summary>The machine's rows, and the campaign's lane at its pool.</summary>
    private static async Task BeginAsync(NpgsqlConnection connection, Campaign campaign, CancellationToken ct)
    {
        var (tenant, id) = (campaign.TenantId, campaign.Id);
        await CampaignLane.OpenAsync(
            connection,
            tenant,
            new CampaignFeed(campaign.PoolId!.Value, id, campaign.Name, ReleaseTurn.Priority, []),
            ct
        );
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    INSERT INTO campaign_runs (tenant_id, campaign_id, recipients, excluded, released, canary_passed, last_waiting, brake, brake_released)
                    VALUES ($1, $2, 0, 0, 0, false, 0, 1, 0)
                    """,
                    tenant.Value,
                    id.Value
                ),
                TenantSql.Command(
                    "INSERT INTO campaign_work (tenant_id, campaign_id, due_at) VALUES ($1, $2, now())",
                    tenant.Value,
                    id.Value
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task<Campaign> FindAsync(ConsoleDb db, CampaignId id, CancellationToken ct) =>
        await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");

    private static async Task<MessageTemplate?> TemplateAsync(ConsoleDb db, Campaign campaign, CancellationToken ct) =>
        campaign.TemplateId is { } template
            ? await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == template, ct)
            : null;

    private static async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(changed: () => new RuleException("campaign.changed-meanwhile"), ct: ct);
    }

    /// <param name="Audience">As it is at the launch; before that, as the plan has it.</param>
    /// <param name="Now">At the launch by the database's clock: the machine's times are compared with it.</param>
    private sealed record LaunchSight(FlightPlanRow? Plan, AudienceCount? Audience, DateTimeOffset Now);
}
