using WhatsAI.Core.Inbox;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>A part of a filled canned response that looks the same throughout.</summary>
/// <param name="Slot">What was filled in here; null for the response's own words.</param>
/// <param name="Marked">It is what was searched for.</param>
public sealed record CannedPiece(string Text, CannedSlot? Slot, bool Marked)
{
    public string? Css =>
        Slot is null ? null
        : Slot.Filled ? "var"
        : "var miss";

    /// <summary>One line of it, from the beginning or from a little before what was found.</summary>
    /// <param name="longest">UTF-16 units shown.</param>
    public static IReadOnlyList<CannedPiece> Line(CannedFilling filling, Range? found, int longest)
    {
        var text = filling.Text;
        var (mark, end) = found is { } range ? (range.Start.Value, range.End.Value) : (0, 0);
        var from = mark > longest / 2 ? Before(text, mark - 20) : 0;
        var to = Math.Min(text.Length, from + longest);
        var cuts = new SortedSet<int> { from, to };
        cuts.UnionWith([
            .. new[] { mark, end }
                .Concat(filling.Slots.SelectMany(s => new[] { s.Start, s.Start + s.Length }))
                .Where(c => c > from && c < to),
        ]);
        var pieces = cuts.Zip(cuts.Skip(1))
            .Select(cut => new CannedPiece(
                text[cut.First..cut.Second].ReplaceLineEndings(" "),
                filling.Slots.FirstOrDefault(s => s.Start <= cut.First && cut.First < s.Start + s.Length),
                mark <= cut.First && cut.First < end
            ));
        return
        [
            .. from > 0 ? [new CannedPiece("…", Slot: null, Marked: false)] : Array.Empty<CannedPiece>(),
            .. pieces,
            .. to < text.Length ? [new CannedPiece("…", Slot: null, Marked: false)] : Array.Empty<CannedPiece>(),
        ];
    }

    /// <summary>A code with the letters that were found.</summary>
    public static IReadOnlyList<CannedPiece> Letters(string code, IReadOnlyList<int> found)
    {
        var pieces = new List<CannedPiece>();
        for (var at = 0; at < code.Length; )
        {
            var (start, marked) = (at, found.Contains(at));
            while (at < code.Length && found.Contains(at) == marked)
            {
                at += char.IsHighSurrogate(code[at]) && at + 1 < code.Length ? 2 : 1;
            }

            pieces.Add(new CannedPiece(code[start..at], Slot: null, marked));
        }

        return pieces;
    }

    private static int Before(string text, int at)
    {
        var space = text.LastIndexOfAny([' ', '\n'], at, Math.Min(at + 1, 40));
        return space >= 0 ? space + 1
            : char.IsLowSurrogate(text[at]) ? at - 1
            : at;
    }
}
