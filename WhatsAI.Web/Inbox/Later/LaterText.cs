namespace WhatsAI.Web.Inbox.Later;

/// <summary>Names the resource of the texts of what is put off.</summary>
public sealed class LaterText;
