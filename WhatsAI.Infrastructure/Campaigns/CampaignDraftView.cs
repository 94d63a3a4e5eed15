using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>What the wizard shows of a campaign.</summary>
/// <param name="AuthorName">Empty where the person is gone.</param>
/// <param name="Lacking">Values of its own that its texts cannot do without and that are not given.</param>
/// <param name="ApproverName">Of the second person, where one said yes.</param>
/// <param name="Version">What an edit must name.</param>
public sealed record CampaignDraftView(
    CampaignId Id,
    string Name,
    CampaignState State,
    UserId Author,
    string AuthorName,
    TemplateId? Template,
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<string> Lacking,
    Audience? Audience,
    PoolId? Pool,
    CampaignSchedule? Schedule,
    IReadOnlyList<OpenSpan> Hours,
    CanaryPolicy Canary,
    int ReplyDays,
    LaunchApproval? Approval,
    string? ApproverName,
    uint Version
);
