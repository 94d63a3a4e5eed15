namespace WhatsAI.Web.Inbox.Csat;

/// <summary>Names the resource of the texts about what customers think.</summary>
public sealed class CsatText;
