namespace WhatsAI.Web.Campaigns.Lists;

/// <summary>Names the resource of the campaign list's texts.</summary>
public sealed class CampaignListText;
