using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Inbox;

/// <summary>What is known where a canned response is used.</summary>
/// <param name="ContactName">Null where only a phone is known: a number is nobody's name.</param>
public sealed record CannedValues(string? ContactName, string AgentName, string NumberName, string CompanyName)
{
    /// <summary>Characters; a person chooses his own name in WhatsApp, and it goes into what we write.</summary>
    public const int Longest = 100;

    /// <summary>On one line, without what is invisible; null where it is not known or has no letter or digit.</summary>
    public string? Of(CannedVariable variable) =>
        variable switch
        {
            CannedVariable.ContactFirstName => First(ContactName),
            CannedVariable.ContactName => First(ContactName) is null ? null : Plain(ContactName),
            CannedVariable.AgentFirstName => First(AgentName),
            CannedVariable.AgentName => Plain(AgentName),
            CannedVariable.NumberName => Plain(NumberName),
            CannedVariable.CompanyName => Plain(CompanyName),
            _ => throw new ArgumentOutOfRangeException(nameof(variable)),
        };

    // The first word that is one: not the heart or the tilde before it.
    internal static string? First(string? name) => Plain(name)?.Split(' ').FirstOrDefault(word => word.EnumerateRunes().Any(Rune.IsLetter));

    internal static string? Plain(string? value)
    {
        var plain = new StringBuilder();
        foreach (var rune in (value ?? "").EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                if (plain.Length > 0 && plain[^1] != ' ')
                {
                    plain.Append(' ');
                }
            }
            // Marks of direction would turn the words after the name around; the joiner of emoji stays.
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format || rune.Value == 0x200D)
            {
                if (plain.Length + rune.Utf16SequenceLength > Longest)
                {
                    break;
                }

                plain.Append(rune.ToString());
            }
        }

        var text = plain.ToString().TrimEnd();
        return text.EnumerateRunes().Any(Rune.IsLetterOrDigit) ? text : null;
    }
}
