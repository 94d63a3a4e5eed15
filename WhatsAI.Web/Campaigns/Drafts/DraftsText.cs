namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>Names the resource of the wizard's texts.</summary>
public sealed class DraftsText;
