using System.Globalization;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>How templates look and what their parts are called.</summary>
internal static class TemplateLooks
{
    private const int LineLength = 160;

    public static string Icon(MessageKind kind) =>
        kind switch
        {
            MessageKind.Image => "image",
            MessageKind.Video => "movie",
            _ => "description",
        };

    /// <summary>A key of <see cref="TemplatesText"/>.</summary>
    public static string Key(MessageKind kind) =>
        kind switch
        {
            MessageKind.Image => "file.image",
            MessageKind.Video => "file.video",
            _ => "file.document",
        };

    /// <summary>The beginning of a text on one line.</summary>
    public static string Line(string text)
    {
        var line = TemplateText.Launched(text).Gist.ReplaceLineEndings(" ");
        return line.Length <= LineLength ? line : line[..(char.IsHighSurrogate(line[LineLength - 1]) ? LineLength - 1 : LineLength)] + "…";
    }

    /// <summary>A name for a copy that may be kept, however long the first one's is.</summary>
    /// <param name="pattern">"{0} (copy)".</param>
    /// <param name="number">Of several copies, which.</param>
    public static string CopyName(string name, string pattern, int number)
    {
        var tail =
            string.Format(CultureInfo.CurrentCulture, pattern, "")
            + (number > 1 ? " " + number.ToString(CultureInfo.InvariantCulture) : "");
        var room = MessageTemplate.MaxNameLength - tail.Length;
        return (name.Length <= room ? name : name[..(char.IsHighSurrogate(name[room - 1]) ? room - 1 : room)]) + tail;
    }
}
