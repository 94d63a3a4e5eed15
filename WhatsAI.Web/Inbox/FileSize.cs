using System.Globalization;

namespace WhatsAI.Web.Inbox;

/// <summary>Sizes and lengths as people read them.</summary>
public static class FileSize
{
    public static string Of(long bytes) =>
        bytes switch
        {
            < 1024 => string.Create(CultureInfo.CurrentCulture, $"{bytes} B"),
            < 1024 * 1024 => string.Create(CultureInfo.CurrentCulture, $"{bytes / 1024d:0} KB"),
            _ => string.Create(CultureInfo.CurrentCulture, $"{bytes / 1024d / 1024d:0.#} MB"),
        };

    /// <summary>The letters of a document's tile: its extension, four at most.</summary>
    public static string Tile(string? name, string contentType)
    {
        var dot = name?.LastIndexOf('.') ?? -1;
        var extension =
            dot >= 0 && name!.Length - dot is > 1 and <= 5
                ? name[(dot + 1)..]
                : contentType[(contentType.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return extension.All(char.IsAsciiLetterOrDigit) && extension.Length is > 0 and <= 4 ? extension.ToUpperInvariant() : "DOC";
    }

    public static string Clock(int seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}");
}
