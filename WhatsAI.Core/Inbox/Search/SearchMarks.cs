using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Search;

/// <summary>A part of a text that looks the same throughout.</summary>
/// <param name="Found">It is what was looked for.</param>
public sealed record SearchPiece(string Text, bool Found);

/// <summary>Which parts of a text were found.</summary>
public static class SearchMarks
{
    /// <summary>A name with the words that were found, also by their beginning.</summary>
    public static IReadOnlyList<SearchPiece> OfName(string name, SearchWords search) =>
        Cut(name, 0, name.Length, Words(name, search, whole: false));

    /// <summary>A phone number in any writing with the digits that were found.</summary>
    public static IReadOnlyList<SearchPiece> OfPhone(string phone, SearchWords search)
    {
        var places = Enumerable.Range(0, phone.Length).Where(i => char.IsAsciiDigit(phone[i])).ToArray();
        var digits = string.Concat(places.Select(i => phone[i]));
        var found = new List<Range>();
        foreach (var part in search.Digits.Concat(search.Words.Where(w => w.Length >= 3 && w.All(char.IsAsciiDigit))))
        {
            var at = digits.IndexOf(part, StringComparison.Ordinal);
            if (at >= 0)
            {
                found.Add(places[at]..(places[at + part.Length - 1] + 1));
                break;
            }
        }

        return Cut(phone, 0, phone.Length, found);
    }

    /// <summary>One line of a message: from its beginning, or from a little before the first word that was found.</summary>
    /// <param name="longest">UTF-16 units shown at most.</param>
    public static IReadOnlyList<SearchPiece> Line(string text, SearchWords search, int longest)
    {
        var found = Words(text, search, whole: true);
        var first = found.Count == 0 ? 0 : found[0].Start.Value;
        var from = first > longest / 3 ? Before(text, first - (longest / 4)) : 0;
        var to = Math.Min(text.Length, from + longest);
        to -= to < text.Length && char.IsLowSurrogate(text[to]) ? 1 : 0;
        return
        [
            .. from > 0 ? [new SearchPiece("…", Found: false)] : Array.Empty<SearchPiece>(),
            .. Cut(text, from, to, found),
            .. to < text.Length ? [new SearchPiece("…", Found: false)] : Array.Empty<SearchPiece>(),
        ];
    }

    /// <param name="whole">Only the last word may go on, if it is long enough, and it was typed so.</param>
    private static List<Range> Words(string text, SearchWords search, bool whole)
    {
        var (words, folded) = (search.Words, FoldedText.Of(text));
        var found = new List<Range>();
        foreach (var (at, word) in SearchWords.WordsOf(folded.Text))
        {
            var length = words
                .Select((w, i) => word == w || (MayGoOn(w, i) && word.StartsWith(w, StringComparison.Ordinal)) ? w.Length : 0)
                .DefaultIfEmpty()
                .Max();
            if (length > 0)
            {
                found.Add(folded.OriginOf(at, at + length, text.Length));
            }
        }

        return found;

        bool MayGoOn(string word, int place) =>
            whole ? search.OpenEnd && place == words.Count - 1 && word.Length >= SearchWords.OpenFrom : word.Length > 1;
    }

    private static List<SearchPiece> Cut(string text, int from, int to, List<Range> found)
    {
        var pieces = new List<SearchPiece>();
        var at = from;
        foreach (var range in found)
        {
            var (start, end) = (Math.Max(range.Start.Value, at), Math.Min(range.End.Value, to));
            if (start < end)
            {
                Add(at, start, marked: false);
                Add(start, end, marked: true);
                at = end;
            }
        }

        Add(at, to, marked: false);
        return pieces;

        void Add(int begin, int end, bool marked)
        {
            if (begin < end)
            {
                pieces.Add(new SearchPiece(text[begin..end].ReplaceLineEndings(" "), marked));
            }
        }
    }

    // At the beginning of a word where one begins near, never within a character.
    private static int Before(string text, int at)
    {
        var space = text.LastIndexOfAny([' ', '\n', '\t'], at, Math.Min(at + 1, 24));
        return space >= 0 ? space + 1
            : char.IsLowSurrogate(text[at]) ? at - 1
            : at;
    }
}
