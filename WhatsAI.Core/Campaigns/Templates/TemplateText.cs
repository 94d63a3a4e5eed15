using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Campaigns.Templates;

/// <summary>Something wrong with a template's text.</summary>
/// <param name="Key">A resource key below "template-bad.".</param>
/// <param name="Start">UTF-16 units from the text's beginning.</param>
/// <param name="Value">The variable's name, cut; null where it is about the whole.</param>
public sealed record TemplateProblem(string Key, int Start, int Length, string? Value = null);

/// <summary>A text for one recipient.</summary>
/// <param name="Missing">Variables that nobody knows of this person and that have no words for that: such a message is not sent, "Hello ," to nobody.</param>
public sealed record TemplateFilling(string Text, IReadOnlyList<string> Missing);

/// <summary>A text while it is written.</summary>
/// <param name="Text">As far as it could be read.</param>
/// <param name="Problems">All that is wrong, in the order of the text.</param>
public sealed record TemplateReading(TemplateText Text, IReadOnlyList<TemplateProblem> Problems);

/// <summary>A variable where it stands in a text.</summary>
/// <param name="Fallback">What is said where nobody knows it; null: nothing was written for that.</param>
public sealed record TemplateUse(string Name, string? Fallback);

/// <summary>
/// The text of a campaign message, read: words, and variables such as <c>{{contact.first_name|customer}}</c>. Whatever is wrong with it is said while it is
/// written; a text that can be parsed can be filled for anybody. What is filled in is never read again.
/// </summary>
public sealed class TemplateText
{
    private const int LongestNamed = 40;

    private readonly IReadOnlyList<BracePiece> _pieces;

    private TemplateText(string source, IReadOnlyList<BracePiece> pieces) => (Source, _pieces) = (source, pieces);

    public string Source { get; }

    /// <summary>What it asks for, each once.</summary>
    public IReadOnlyList<string> Variables => [.. _pieces.Select(p => p.Name).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Each variable as often as it stands there.</summary>
    public IReadOnlyList<TemplateUse> Uses => [.. _pieces.Where(p => p.Name is not null).Select(p => new TemplateUse(p.Name!, p.Fallback))];

    /// <summary>As it reads where one value stands for another: what is said to those of whom it is unknown, else an ellipsis.</summary>
    public string Gist =>
        string.Concat(
            _pieces.Select(p =>
                p.Name is null ? p.Text
                : p.Fallback is { Length: > 0 } words ? words
                : "…"
            )
        );

    /// <summary>Characters of the longest text that can come of it.</summary>
    public int Longest => _pieces.Sum(p => p.Name is null ? p.Length : Math.Max(CannedValues.Longest, p.Fallback?.Length ?? 0));

    /// <param name="hasMedia">It goes out as a file's caption, which may be shorter.</param>
    /// <exception cref="RuleException">Something is wrong with it.</exception>
    public static TemplateText Parse(string source, TemplateCatalog catalog, bool hasMedia)
    {
        var (text, problems) = Look(source, catalog, hasMedia);
        return problems.Count == 0 ? text : throw new RuleException("template.text-invalid");
    }

    /// <summary>A text that was checked when its campaign was launched: what is gone since was fixed with each recipient then.</summary>
    public static TemplateText Launched(string source) =>
        new(source, [.. BraceText.Split(source, out _).Select(p => p.Name is { } name ? p with { Name = name.ToLowerInvariant() } : p)]);

    /// <summary>All that is wrong, in the order of the text: for the editor, with every key.</summary>
    public static IReadOnlyList<TemplateProblem> Problems(string source, TemplateCatalog catalog, bool hasMedia) =>
        Look(source, catalog, hasMedia).Problems;

    /// <summary>The same text with other words for where a variable is not known, wherever it stands. Everything else stays as it was typed.</summary>
    /// <param name="name">As <see cref="Variables"/> says it.</param>
    /// <param name="words">Braces and bars are taken out; blank: such people are left out.</param>
    public static string WithFallback(string source, string name, string? words)
    {
        var clean = string.Concat((words ?? "").Where(c => c is not ('{' or '}' or '|'))).Trim();
        var (text, at) = (new StringBuilder(source.Length), 0);
        foreach (var piece in BraceText.Split(source, out _).Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            text.Append(source, at, piece.Start - at).Append(BraceText.Open).Append(piece.Name);
            text.Append(clean.Length == 0 ? "" : "|" + clean).Append(BraceText.Close);
            at = piece.Start + piece.Length;
        }

        return text.Append(source, at, source.Length - at).ToString();
    }

    public TemplateFilling Fill(TemplateValues values) => Fill(values.Of);

    public TemplateFilling Fill(FrozenValues values) => Fill(name => values.Values.GetValueOrDefault(name));

    private TemplateFilling Fill(Func<string, string?> valueOf)
    {
        var (text, missing) = (new StringBuilder(Source.Length), new List<string>());
        foreach (var piece in _pieces)
        {
            if (piece.Name is not { } name)
            {
                text.Append(piece.Text);
            }
            else if ((valueOf(name) ?? piece.Fallback) is { } value)
            {
                text.Append(value);
            }
            else if (!missing.Contains(name, StringComparer.Ordinal))
            {
                missing.Add(name);
            }
        }

        return new TemplateFilling(text.ToString(), missing);
    }

    /// <summary>Reads whatever stands there: for the editor.</summary>
    public static TemplateReading Look(string source, TemplateCatalog catalog, bool hasMedia)
    {
        var problems = new List<TemplateProblem>();
        var pieces = BraceText.Split(source, out var unclosed).ToArray();
        for (var i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Name is not { } name)
            {
                continue;
            }

            if (catalog.Find(name) is { } known)
            {
                pieces[i] = pieces[i] with { Name = known };
            }
            else
            {
                var shown = name.Length <= LongestNamed ? name : name[..LongestNamed];
                problems.Add(new TemplateProblem("template-bad.variable-unknown", pieces[i].Start, pieces[i].Length, shown));
            }
        }

        if (unclosed >= 0)
        {
            problems.Add(new TemplateProblem("template-bad.variable-unclosed", unclosed, source.Length - unclosed));
        }

        var text = new TemplateText(source, pieces);
        if (WhatsAppText.IsBlank(source))
        {
            problems.Add(new TemplateProblem("template-bad.empty", 0, source.Length));
        }

        if (text.Longest > (hasMedia ? MessageLimits.Caption : MessageLimits.Text))
        {
            problems.Add(new TemplateProblem("template-bad.too-long", 0, source.Length));
        }

        return new TemplateReading(text, problems);
    }
}
