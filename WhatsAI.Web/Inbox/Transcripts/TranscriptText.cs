namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>Names the resource of the transcripts' texts.</summary>
public sealed class TranscriptText;
