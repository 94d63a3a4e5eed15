using System.Text;

namespace WhatsAI.Web.Inbox.Transcripts;

/// <summary>
/// A line for each message, further lines of it set in, so that nobody can write a line that looks like another's. Marks that turn the direction of writing
/// are left out, because they would turn the names beside them, too.
/// </summary>
public sealed class PlainTranscript : ITranscriptFormat
{
    private const string Inset = "\n    ";

    public string ContentType => "text/plain; charset=utf-8";

    public string Extension => "txt";

    public string Begin(TranscriptHead head) => string.Join('\n', head.Facts.Prepend(head.Title).Select(f => OnLine(f))) + "\n\n";

    public string Message(TranscriptMessage message)
    {
        var mark = message.Mark is null ? "" : $" ({message.Mark})";
        return $"[{message.At}] {OnLine(message.Who)}{mark}: {Lines(message.Text)}\n";
    }

    public string End() => "";

    private static string OnLine(string text) => Lines(text).Replace(Inset, " ", StringComparison.Ordinal);

    private static string Lines(string text)
    {
        var written = new StringBuilder(text.Length);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            written.Append(written.Length == 0 ? "" : Inset);
            foreach (var c in line.Where(c => c == '\t' || !(char.IsControl(c) || IsDirection(c))))
            {
                written.Append(c);
            }
        }

        return written.ToString();
    }

    private static bool IsDirection(char c) =>
        c is '\u200E' or '\u200F' or '\u061C' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
