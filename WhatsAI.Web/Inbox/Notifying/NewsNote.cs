namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>A notification as the browser shows it: plain text.</summary>
/// <param name="Id">The conversation; null where it tells of many.</param>
/// <param name="Tag">One with the same takes its place.</param>
/// <param name="Path">Where a click leads.</param>
public sealed record NewsNote(string? Id, string Tag, string Path, string Title, string Body, bool Shows, bool Sounds);
