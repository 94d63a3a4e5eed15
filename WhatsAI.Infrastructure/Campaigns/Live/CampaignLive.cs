using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>A launched campaign as its page shows it at one moment, without what belongs to numbers that the member does not see.</summary>
/// <param name="Parts">What came of it along everything it is counted along.</param>
/// <param name="History">The oldest first.</param>
/// <param name="At">When it was read.</param>
public sealed record CampaignLive(
    CampaignHead Head,
    CampaignDoing Doing,
    CampaignPace Pace,
    CampaignParts Parts,
    IReadOnlyDictionary<Exclusion, int> LeftOut,
    IReadOnlyList<HourFigures> Hours,
    IReadOnlyList<CampaignStep> History,
    DateTimeOffset At
)
{
    public Funnel Funnel => Parts.Whole.Funnel;
}

/// <summary>What it is, and who made it that.</summary>
/// <param name="Detail">A <see cref="PauseDetail"/>; a culprit that is a number the member does not see has no key.</param>
/// <param name="StartedAt">When it ran first; null: it has not yet.</param>
/// <param name="PoolName">Null: the pool is gone.</param>
/// <param name="Recipients">Of the whole audience, as far as it is frozen.</param>
/// <param name="Price">Of one message; null: they cost nothing by the piece.</param>
public sealed record CampaignHead(
    CampaignId Id,
    string Name,
    CampaignState State,
    DateTimeOffset StateSince,
    CampaignCause? Cause,
    string? Detail,
    DateTimeOffset? StartedAt,
    string? LaunchedBy,
    PoolId? Pool,
    string? PoolName,
    CampaignSchedule? Schedule,
    VariantSet Variants,
    int ReplyDays,
    int Recipients,
    int LeftOut,
    decimal? Price
)
{
    /// <summary>Who did what made its state, where a person did.</summary>
    public string? By { get; init; }

    /// <summary>On what ground those are written to whose consent is unknown, as named at its launch; null: there are none.</summary>
    public LegalBasis? Basis { get; init; }
}

/// <summary>How fast it goes.</summary>
/// <param name="PerHour">In the last minutes; null: it does not go, or not for long enough.</param>
/// <param name="Normal">What its numbers' policy gives in an hour, without a brake.</param>
/// <param name="EndsAt">About; null: it does not go, or not within the time looked at.</param>
/// <param name="Planned">When the flight plan said it would end; null: it said nothing.</param>
public sealed record CampaignPace(double? PerHour, double Normal, DateTimeOffset? EndsAt, FlightRange<DateTimeOffset>? Planned);

/// <summary>What came of a campaign, or of a part of it.</summary>
public sealed record PartFigures(Funnel Funnel, CampaignTally Tally);

/// <param name="Number">Null: all numbers together that the member does not see.</param>
/// <param name="Name">Null where there is no number, or it is gone for good.</param>
/// <param name="LastHour">Messages that went out in the last hour.</param>
public sealed record NumberFigures(InstanceId? Number, string? Name, PartFigures Figures, int LastHour);

/// <param name="Text">Null: not of what it was launched with.</param>
public sealed record VariantFigures(string Key, string? Text, PartFigures Figures);

/// <param name="Name">Null: what it was taken from is gone.</param>
public sealed record SourceFigures(AudienceSource Source, string? Name, PartFigures Figures);

/// <summary>How many ended for a reason of the ledger.</summary>
public sealed record ReasonFigures(RecipientState State, string Reason, int People);

/// <summary>What happened in an hour.</summary>
public sealed record HourFigures(DateTimeOffset Hour, int Sent, int Delivered, int Read, int Replied, int Failed, int OptedOut);

/// <summary>A line of its history.</summary>
/// <param name="Detail">As <see cref="CampaignHead.Detail"/>.</param>
public sealed record CampaignStep(
    DateTimeOffset At,
    CampaignState From,
    CampaignState To,
    CampaignCause Cause,
    string? ByName,
    string? Detail
);

/// <summary>The figures of a campaign and of its parts.</summary>
/// <param name="Reasons">Of failed, skipped and unconfirmed ones, the most frequent first.</param>
public sealed record CampaignParts(
    PartFigures Whole,
    IReadOnlyList<NumberFigures> Numbers,
    IReadOnlyList<VariantFigures> Variants,
    IReadOnlyList<SourceFigures> Sources,
    IReadOnlyList<ReasonFigures> Reasons
)
{
    /// <summary>Which wording is answered most, as far as that can be said.</summary>
    public VariantVerdict Verdict =>
        VariantVerdict.Of([.. Variants.Select(v => new VariantResult(v.Key, v.Figures.Funnel.Sent, v.Figures.Funnel.Replied))]);
}
