using System.Text;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox;

/// <summary>
/// The text of a canned response, read: words, and variables such as <c>{{contact.first_name}}</c> or, with what to say where it is not known,
/// <c>{{contact.first_name|cliente}}</c>. What is filled in is never read again, so a customer whose name looks like a variable gets his name.
/// </summary>
public sealed class CannedTemplate
{
    private const int LongestNamed = 40;

    private readonly List<Piece> _pieces;

    private CannedTemplate(string source, List<Piece> pieces) => (Source, _pieces) = (source, pieces);

    public string Source { get; }

    public static string Write(CannedVariable variable) => BraceText.Open + CannedVariables.NameOf(variable) + BraceText.Close;

    /// <exception cref="RuleException">A variable is begun and not ended, or there is none of that name.</exception>
    public static CannedTemplate Parse(string source)
    {
        var pieces = BraceText.Split(source, out var unclosed).Select(PieceOf).ToList();
        return unclosed < 0 ? new CannedTemplate(source, pieces) : throw new RuleException("canned.variable-unclosed");
    }

    /// <param name="values">Of the open conversation.</param>
    /// <param name="missing">What stands for a variable that nobody knows and that has no words of its own for that.</param>
    public CannedFilling Fill(CannedValues values, Func<CannedVariable, string> missing)
    {
        var text = new StringBuilder(Source.Length);
        var slots = new List<CannedSlot>();
        foreach (var piece in _pieces)
        {
            if (piece.Variable is not { } variable)
            {
                text.Append(piece.Text);
                continue;
            }

            var value = values.Of(variable) ?? piece.Fallback;
            var words = value ?? missing(variable);
            if (words.Length > 0)
            {
                slots.Add(new CannedSlot(text.Length, words.Length, variable, Filled: value is not null));
                text.Append(words);
            }
        }

        return new CannedFilling(text.ToString(), slots);
    }

    private static Piece PieceOf(BracePiece piece)
    {
        if (piece.Name is not { } name)
        {
            return new Piece(piece.Text, Variable: null, Fallback: null);
        }

        var variable =
            CannedVariables.Find(name)
            ?? throw new RuleException("canned.variable-unknown", name.Length <= LongestNamed ? name : name[..LongestNamed]);
        return new Piece("", variable, piece.Fallback);
    }

    private sealed record Piece(string Text, CannedVariable? Variable, string? Fallback);
}

/// <summary>A canned response for one conversation.</summary>
/// <param name="Slots">In the order of the text; what was filled with nothing has none.</param>
public sealed record CannedFilling(string Text, IReadOnlyList<CannedSlot> Slots);

/// <summary>Where something was filled in.</summary>
/// <param name="Start">UTF-16 units from the text's beginning.</param>
/// <param name="Filled">False: nobody knows it, and what stands there asks for it.</param>
public sealed record CannedSlot(int Start, int Length, CannedVariable Variable, bool Filled);
