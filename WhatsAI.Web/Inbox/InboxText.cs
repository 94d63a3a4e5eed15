namespace WhatsAI.Web.Inbox;

/// <summary>Names the resource of the inbox's texts.</summary>
public sealed class InboxText;
