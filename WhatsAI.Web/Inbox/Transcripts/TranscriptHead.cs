namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>What stands above a transcript, in words.</summary>
/// <param name="Title">Whose conversation it is.</param>
/// <param name="Facts">Each on a line of its own: number, company, when it was made and in which zone its times are.</param>
public sealed record TranscriptHead(string Title, IReadOnlyList<string> Facts);

/// <summary>One message of a transcript, in words.</summary>
/// <param name="At">In the company's zone.</param>
/// <param name="Text">Several lines where the message has several.</param>
/// <param name="Mark">"edited", "deleted", "not sent"; null for nothing of the kind.</param>
public sealed record TranscriptMessage(string At, string Who, bool IsOurs, string Text, string? Mark);

/// <summary>How a transcript is written down. What customers wrote is text in it and nothing else.</summary>
public interface ITranscriptFormat
{
    string ContentType { get; }

    string Extension { get; }

    string Begin(TranscriptHead head);

    string Message(TranscriptMessage message);

    string End();
}
