using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Notes;

/// <summary>Somebody whom a note may mention: he sees the conversation it stands in.</summary>
public sealed record Mentionable(UserId Id, string Name);

/// <summary>
/// Makes a note of what was typed. A mention is an "@" and a colleague's whole name, however it came there: where several have that name, it is the one who was
/// chosen from the list.
/// </summary>
public static class TypedNote
{
    /// <summary>Characters (UTF-16 units).</summary>
    public const int MaxLength = 4_096;

    public const int MaxMentions = 20;

    /// <param name="text">As typed.</param>
    /// <param name="people">Who may be mentioned.</param>
    /// <param name="chosen">Who was chosen from the list while it was typed; whose name is no longer in the text does not count.</param>
    /// <exception cref="RuleException">Nothing of it can be seen, it is too long, or it mentions too many.</exception>
    public static NoteBody Read(string text, IReadOnlyCollection<Mentionable> people, IReadOnlyCollection<UserId> chosen)
    {
        var clean = Clean(text).Trim();
        if (clean.Length > MaxLength)
        {
            throw new RuleException("note.too-long", MaxLength);
        }

        if (WhatsAppText.IsBlank(clean))
        {
            throw new RuleException("note.empty");
        }

        var mentions = Find(clean, people, chosen);
        return mentions.Select(m => m.User).Distinct().Count() <= MaxMentions
            ? new NoteBody(clean, mentions)
            : throw new RuleException("note.too-many-mentions", MaxMentions);
    }

    private static List<NoteMention> Find(string text, IReadOnlyCollection<Mentionable> people, IReadOnlyCollection<UserId> chosen)
    {
        var (mentions, used) = (new List<NoteMention>(), new HashSet<UserId>());
        for (var at = text.IndexOf('@'); at >= 0; at = at + 1 < text.Length ? text.IndexOf('@', at + 1) : -1)
        {
            if (at > 0 && char.IsLetterOrDigit(text[at - 1]))
            {
                continue; // an address
            }

            var named = people.Where(p => p.Name.Length > 0 && StandsAt(text, at + 1, p.Name)).ToArray();
            var longest = named.Select(p => p.Name.Length).DefaultIfEmpty().Max();
            var candidates = Array.FindAll(named, p => p.Name.Length == longest);
            // Of two chosen with one name, each is meant once.
            var meant =
                candidates.Length == 1
                    ? candidates[0]
                    : Array.Find(candidates, p => chosen.Contains(p.Id) && !used.Contains(p.Id))
                        ?? Array.Find(candidates, p => chosen.Contains(p.Id));
            if (meant is not null)
            {
                used.Add(meant.Id);
                mentions.Add(new NoteMention(meant.Id, at, longest + 1));
                at += longest;
            }
        }

        return mentions;
    }

    private static bool StandsAt(string text, int at, string name)
    {
        var end = at + name.Length;
        return end <= text.Length
            && text.AsSpan(at, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase)
            && (end == text.Length || !char.IsLetterOrDigit(text[end]));
    }

    // What was pasted from elsewhere may hold characters that nobody sees and no database keeps.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || rune.Value is '\n' or '\t')
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }
}
