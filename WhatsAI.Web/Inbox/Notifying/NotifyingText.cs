namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>Names the resource of the notifications' texts and of the page where they are chosen.</summary>
public sealed class NotifyingText;
