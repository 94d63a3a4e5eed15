namespace WhatsAI.Web.Inbox.Voice;

/// <summary>Names the resource of the texts about recording.</summary>
public sealed class VoiceText;
