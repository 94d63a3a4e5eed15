namespace WhatsAI.Web.Common;

/// <summary>How a state looks. Always shown with an icon and a word; unknown is never shown as bad, note belongs to private notes alone.</summary>
public enum Tone
{
    Ok,
    Warn,
    Critical,
    Info,
    Unknown,
    Note,
}

public static class ToneCss
{
    public static string Css(this Tone tone) =>
        tone switch
        {
            Tone.Ok => "tone-ok",
            Tone.Warn => "tone-warn",
            Tone.Critical => "tone-critical",
            Tone.Info => "tone-info",
            Tone.Note => "tone-note",
            _ => "tone-unknown",
        };
}
