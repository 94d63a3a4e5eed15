namespace WhatsAI.Web.Campaigns.Live;

/// <summary>Names the resource of the page of a launched campaign.</summary>
public sealed class LiveText;
