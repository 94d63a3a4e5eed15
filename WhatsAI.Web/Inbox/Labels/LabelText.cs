namespace WhatsAI.Web.Inbox.Labels;

/// <summary>Names the resource of the labels' texts.</summary>
public sealed class LabelText;
