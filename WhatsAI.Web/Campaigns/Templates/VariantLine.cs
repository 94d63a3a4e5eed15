using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>A piece of a text behind the field in which it is written.</summary>
/// <param name="Css">Null: plain words.</param>
public sealed record TextMark(string Text, string? Css);

/// <summary>A wording in the editor.</summary>
public sealed class VariantLine(string key)
{
    public string Key { get; } = key;

    public string Text { get; set; } = "";

    public int Weight { get; set; } = 1;

    public bool IsProposed { get; init; }

    public bool IsApproved { get; set; }

    /// <summary>What whoever approved it is called; null while nobody has, or before it was saved.</summary>
    public string? ApprovedBy { get; init; }

    public bool IsUsed => Weight > 0 && (!IsProposed || IsApproved);

    public VariantDraft ToDraft() => new(Key, Text, Weight, IsProposed, IsProposed && IsApproved);

    /// <summary>The text cut where a variable or something wrong begins and ends; behind the field it is painted in the same places.</summary>
    public static IReadOnlyList<TextMark> Marks(string text, IReadOnlyList<TemplateProblem> problems)
    {
        var marks = new List<TextMark>();
        var at = 0;
        var pieces = BraceText.Split(text, out var unclosed);
        foreach (var piece in pieces)
        {
            marks.Add(
                new TextMark(
                    text.Substring(piece.Start, piece.Length),
                    piece.Name is null ? null
                        : problems.Any(p => p.Start == piece.Start && p.Value is not null) ? "bad"
                        : "var"
                )
            );
            at = piece.Start + piece.Length;
        }

        if (unclosed > at)
        {
            marks.Add(new TextMark(text[at..unclosed], null));
        }

        if (unclosed >= 0)
        {
            marks.Add(new TextMark(text[unclosed..], "bad"));
        }

        return marks;
    }
}
