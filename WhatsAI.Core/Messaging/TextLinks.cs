using System.Globalization;

namespace WhatsAI.Core.Messaging;

/// <summary>Where an address that may be clicked begins and ends in what a customer wrote: http and https only, without a user's name in it.</summary>
public static class TextLinks
{
    private const int LongestUrl = 2_000;

    // A domain's 253, a user's name before it, a port behind it.
    private const int LongestHost = 400;

    /// <summary>How long the address is that begins here; 0 where none does.</summary>
    public static int LengthAt(ReadOnlySpan<char> text, int at)
    {
        if (at > 0 && char.IsLetterOrDigit(text[at - 1]))
        {
            return 0;
        }

        var rest = text[at..];
        var scheme =
            rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8
            : rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7
            : rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? 4
            : 0;
        if (scheme == 0 || !HasDomain(rest[scheme..]))
        {
            return 0;
        }

        var length = scheme;
        while (length < rest.Length && length < LongestUrl && IsUrlCharacter(rest[length]))
        {
            length++;
        }

        while (length > scheme && ".,;:!?'\"*_~)]}".Contains(rest[length - 1]) && !ClosesOwnBracket(rest[..length]))
        {
            length--;
        }

        var candidate = scheme == 4 ? "https://" + rest[..length].ToString() : rest[..length].ToString();
        return
            length > scheme && Uri.TryCreate(candidate, UriKind.Absolute, out var uri) && uri.Host.Contains('.') && uri.UserInfo.Length == 0
            ? length
            : 0;
    }

    // Asked before the address is read to its end: a text may begin one at every seventh character.
    private static bool HasDomain(ReadOnlySpan<char> rest)
    {
        var host = rest[..Math.Min(rest.Length, LongestHost)];
        var end = host.IndexOfAny("/?#");
        return (end < 0 ? host : host[..end]).Contains('.');
    }

    // Wikipedia's addresses end in a bracket that belongs to them.
    private static bool ClosesOwnBracket(ReadOnlySpan<char> url) => url[^1] == ')' && url.Count('(') >= url.Count(')');

    // Control, direction and zero-width characters could make an address look like another.
    private static bool IsUrlCharacter(char c) =>
        !char.IsWhiteSpace(c)
        && c is not ('<' or '>' or '"' or '`')
        && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format);
}
