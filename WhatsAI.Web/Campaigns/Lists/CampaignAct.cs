namespace WhatsAI.Web.Campaigns.Lists;

/// <summary>What may be done with a campaign from its row.</summary>
public enum CampaignAct
{
    Pause,
    Resume,
    Copy,
    Rename,
    Delete,
}
