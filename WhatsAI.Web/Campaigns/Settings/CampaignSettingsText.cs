namespace WhatsAI.Web.Campaigns.Settings;

/// <summary>Names the resource of the texts of the campaigns' settings.</summary>
public sealed class CampaignSettingsText;
