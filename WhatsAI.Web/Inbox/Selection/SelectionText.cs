namespace WhatsAI.Web.Inbox.Selection;

/// <summary>Names the resource of the texts about selected conversations.</summary>
public sealed class SelectionText;
