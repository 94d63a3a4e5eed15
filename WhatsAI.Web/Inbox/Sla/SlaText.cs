namespace WhatsAI.Web.Inbox.Sla;

/// <summary>Names the resource of the targets' texts.</summary>
public sealed class SlaText;
