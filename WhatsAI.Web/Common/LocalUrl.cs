namespace WhatsAI.Web.Common;

/// <summary>A return address from a query string may only lead back into this site.</summary>
public static class LocalUrl
{
    public static string OrHome(string? url) => IsLocal(url) ? url! : "/";

    /// <summary>
    /// True for "/path". False for "//host" and "/\host", which browsers read as another site, and for control characters, which they drop before reading.
    /// </summary>
    public static bool IsLocal(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);
}
