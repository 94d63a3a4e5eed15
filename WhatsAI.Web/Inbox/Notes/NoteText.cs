namespace WhatsAI.Web.Inbox.Notes;

/// <summary>Names the resource of the notes' texts.</summary>
public sealed class NoteText;
