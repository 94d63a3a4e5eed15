namespace WhatsAI.Web.Inbox.Views;

/// <summary>Names the resource of the saved views' texts.</summary>
public sealed class ViewText;
