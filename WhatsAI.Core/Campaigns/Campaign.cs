using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns;

/// <summary>Who launched a campaign, when and on what ground.</summary>
/// <param name="Basis">For recipients whose consent is unknown; null: there are none.</param>
public sealed record CampaignLaunch(UserId By, DateTimeOffset At, LegalBasis? Basis);

/// <summary>One line of a campaign's history.</summary>
/// <param name="By">Null for the system.</param>
/// <param name="Detail">The cause in more detail, a resource key or a culprit's name; null where the cause says all.</param>
public sealed record CampaignChange(
    CampaignState From,
    CampaignState To,
    CampaignCause Cause,
    UserId? By,
    DateTimeOffset At,
    string? Detail
);

/// <summary>A bulk send, from draft to proof sheet. What it does is edited only in draft; what it did is in its recipients.</summary>
public sealed class Campaign : ITenantOwned
{
    public const int MaxNameLength = 80;

    private Campaign() { }

    /// <exception cref="RuleException">See <see cref="Rename"/>.</exception>
    public Campaign(CampaignId id, TenantId tenantId, string name, UserId author, DateTimeOffset now)
    {
        (Id, TenantId, AuthorId, CreatedAt, StateSince) = (id, tenantId, author, now, now);
        Rename(name);
    }

    public CampaignId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is searched for (<see cref="OneLine.Fold"/>); several campaigns may have the same.</summary>
    public string FoldedName { get; private set; } = "";

    public UserId AuthorId { get; private set; }

    public TemplateId? TemplateId { get; private set; }

    /// <summary>The campaign's own values by name, asked for as <c>campaign.name</c>.</summary>
    public IReadOnlyDictionary<string, string> Values { get; private set; } = new Dictionary<string, string>();

    public Audience? Audience { get; private set; }

    public PoolId? PoolId { get; private set; }

    public CampaignSchedule? Schedule { get; private set; }

    /// <summary>The hours in which it may go out, within its pool's; empty: whenever the pool may.</summary>
    public IReadOnlyList<OpenSpan> Hours { get; private set; } = [];

    public CanaryPolicy Canary { get; private set; } = new();

    /// <summary>For how many days after its message an answer counts.</summary>
    public int ReplyDays { get; private set; } = ReplyRule.DefaultDays;

    public CampaignState State { get; private set; }

    public DateTimeOffset StateSince { get; private set; }

    public CampaignCause? Cause { get; private set; }

    /// <summary>See <see cref="CampaignChange.Detail"/>.</summary>
    public string? Detail { get; private set; }

    public CampaignLaunch? Launched { get; private set; }

    /// <summary>The wordings it was launched with, whatever becomes of the template; null before.</summary>
    public VariantSet? Variants { get; private set; }

    /// <summary>The stored file it was launched with; null for none, and before.</summary>
    public MediaId? MediaId { get; private set; }

    /// <summary>What the file is sent as, without words.</summary>
    public MessageBody? File { get; private set; }

    /// <summary>The second person's word; it holds for what was shown and nothing else.</summary>
    public LaunchApproval? Approval { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">Nothing can be read in it, or it is too long.</exception>
    public void Rename(string name)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        (Name, FoldedName) =
            plain.Length <= MaxNameLength && folded.Length > 0
                ? (plain, folded)
                : throw new RuleException("campaign.name-invalid", MaxNameLength);
    }

    /// <exception cref="RuleException">It is no draft any more, or there are too many or too long values.</exception>
    public void Write(TemplateId template, IReadOnlyDictionary<string, string> values)
    {
        Editable();
        if (
            values.Count > 20
            || values.Any(v => v.Key != Contacts.Fields.ContactField.KeyOf(v.Key) || v.Key.Length > 40 || v.Value.Length > 500)
        )
        {
            throw new RuleException("campaign.values-invalid", 20);
        }

        (TemplateId, Values) = (template, values);
    }

    /// <exception cref="RuleException">It is no draft any more, or the audience is none.</exception>
    public void Address(Audience audience)
    {
        Editable();
        Audience = audience.Checked();
    }

    /// <summary>To nobody yet.</summary>
    /// <exception cref="RuleException">It is no draft any more.</exception>
    public void AddressNobody()
    {
        Editable();
        Audience = null;
    }

    /// <exception cref="RuleException">It is no draft any more, or something is out of bounds.</exception>
    public void SendThrough(PoolId pool, CanaryPolicy canary, int replyDays, IReadOnlyList<OpenSpan>? hours = null)
    {
        Editable();
        (PoolId, Canary) = (pool, canary.Checked());
        Hours = hours is { Count: > 0 } ? new BusinessHours(hours).Spans : [];
        ReplyDays = replyDays is >= 1 and <= ReplyRule.MostDays
            ? replyDays
            : throw new RuleException("campaign.reply-days-invalid", ReplyRule.MostDays);
    }

    /// <param name="schedule">Null: at launch.</param>
    /// <exception cref="RuleException">It is no draft any more.</exception>
    public void StartAt(CampaignSchedule? schedule)
    {
        Editable();
        Schedule = schedule;
    }

    /// <exception cref="RuleException">It is no draft any more.</exception>
    public void Approve(LaunchApproval approval)
    {
        Editable();
        Approval = approval;
    }

    /// <summary>From here on the audience is frozen. It runs at once, or waits for its time.</summary>
    /// <exception cref="RuleException">It is no draft any more, or lacks something; or its time is over.</exception>
    public CampaignChange Launch(UserId by, LegalBasis? basis, MessageTemplate template, DateTimeOffset now)
    {
        Editable();
        if (TemplateId != template.Id || Audience is null || PoolId is null)
        {
            throw new RuleException("campaign.incomplete");
        }

        if (Schedule is { } schedule && schedule.StartsAt() <= now)
        {
            throw new RuleException("later.past");
        }

        Launched = new CampaignLaunch(by, now, basis);
        (Variants, MediaId, File) = (new VariantSet(template.Variants.Used, template.Variants.Mix), template.MediaId, template.File);
        return Become(Schedule is null ? CampaignState.Running : CampaignState.Scheduled, CampaignCause.ByPerson, by, now);
    }

    /// <summary>The only way to another state; what it gives back is the line for the history.</summary>
    /// <exception cref="RuleException">This state does not follow that one, not for that cause.</exception>
    public CampaignChange Become(CampaignState to, CampaignCause cause, UserId? by, DateTimeOffset now, string? detail = null)
    {
        if (
            !CampaignRules.May(State, to, cause)
            || (cause == CampaignCause.ByPerson) != (by is not null)
            || (State == CampaignState.Draft && Launched is null)
        )
        {
            throw new RuleException("campaign.state-forbidden");
        }

        var change = new CampaignChange(State, to, cause, by, now, detail);
        (State, StateSince, Cause, Detail) = (to, now, cause, detail);
        if (to == CampaignState.Draft)
        {
            // What is edited again is launched and approved again.
            (Launched, Approval, Variants, MediaId, File) = (null, null, null, null, null);
        }

        return change;
    }

    private void Editable()
    {
        if (State != CampaignState.Draft)
        {
            throw new RuleException("campaign.not-draft");
        }
    }
}
