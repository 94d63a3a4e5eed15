using WhatsAI.Infrastructure.Campaigns;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>What the steps are given by their page: the draft as it is now, and the way to change it.</summary>
/// <param name="MayWrite">Else everything is shown and nothing can be changed.</param>
/// <param name="Change">Saves one change of the version that is there when its turn comes, also when its step is left meanwhile; false: it was refused, and the person was told.</param>
public sealed record DraftWork(CampaignDraftView Draft, bool MayWrite, Func<Func<CampaignDraftView, Task>, Task<bool>> Change);
