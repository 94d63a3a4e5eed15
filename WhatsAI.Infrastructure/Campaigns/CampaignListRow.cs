using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>Where a page of the list ended.</summary>
public sealed record CampaignKey(DateTimeOffset CreatedAt, CampaignId Id);

/// <summary>What a campaign needs before there can be one.</summary>
public sealed record CampaignNeeds(bool Template, bool Contacts, bool Pool);

/// <summary>A campaign in the list.</summary>
/// <param name="By">Who brought it into its state; null for the program.</param>
/// <param name="Culprit">The name of the part that is to blame; null where there is none, it is gone, or whoever looks does not see that number.</param>
/// <param name="Pool">Null: none is chosen, or it is gone.</param>
/// <param name="BeganAt">When it sent for the first time; null: not yet.</param>
/// <param name="IsPrepared">Its whole audience is frozen.</param>
/// <param name="People">The audience: of a draft as its last plan counted it, null without one.</param>
public sealed record CampaignListRow(
    CampaignId Id,
    string Name,
    uint Version,
    CampaignState State,
    DateTimeOffset StateSince,
    CampaignCause? Cause,
    string? Detail,
    string? By,
    string? Culprit,
    string? Author,
    string? Pool,
    CampaignSchedule? Schedule,
    DateTimeOffset CreatedAt,
    DateTimeOffset? BeganAt,
    bool IsPrepared,
    int? People,
    Funnel Funnel
)
{
    public CampaignKey Key => new(CreatedAt, Id);

    /// <summary>The part that is to blame; null where there is none.</summary>
    public Culprit? Blamed => State == CampaignState.Paused ? PauseDetail.Read(Detail)?.Culprit : null;
}
