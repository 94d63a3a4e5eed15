namespace WhatsAI.Web.Campaigns;

/// <summary>Names the resource of the words that all campaign screens share: states, causes, culprits, and what became of a recipient.</summary>
public sealed class CampaignsText;
