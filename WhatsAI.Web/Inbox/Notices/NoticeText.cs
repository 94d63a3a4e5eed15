namespace WhatsAI.Web.Inbox.Notices;

/// <summary>Names the resource of the bell's texts.</summary>
public sealed class NoticeText;
