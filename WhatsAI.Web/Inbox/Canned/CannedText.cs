namespace WhatsAI.Web.Inbox.Canned;

/// <summary>Names the resource of the canned responses' texts.</summary>
public sealed class CannedText;
