using System.Text;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>
/// A contact as a card of version 3.0, the one that every phone reads. What a person called himself cannot end its line and begin another property.
/// </summary>
public static class VCardText
{
    // Octets of a line, its end not counted (RFC 2426, 2.6).
    private const int Line = 75;

    /// <param name="name">Null where only the number is known: it is the name then.</param>
    /// <param name="phones">E.164.</param>
    /// <param name="tags">As categories.</param>
    public static string Write(string? name, IReadOnlyList<string> phones, IReadOnlyList<string> tags)
    {
        var plain = OneLine.Clean(name ?? "");
        var shown =
            plain.Length > 0 ? plain
            : phones.Count > 0 ? phones[0]
            : "?";
        var card = new StringBuilder("BEGIN:VCARD\r\nVERSION:3.0\r\n");
        Fold(card, $"FN:{Escaped(shown)}");
        Fold(card, $"N:;{Escaped(shown)};;;");
        foreach (var phone in phones)
        {
            Fold(card, $"TEL;TYPE=CELL:{Escaped(OneLine.Clean(phone))}");
        }

        if (tags.Count > 0)
        {
            Fold(card, $"CATEGORIES:{string.Join(',', tags.Select(t => Escaped(OneLine.Clean(t))))}");
        }

        return card.Append("END:VCARD\r\n").ToString();
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal)
            .Replace(";", "\\;", StringComparison.Ordinal);

    // Between letters, never within one: some readers put lines together before they decode them, others after.
    private static void Fold(StringBuilder card, string property)
    {
        var octets = 0;
        foreach (var rune in property.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > Line)
            {
                card.Append("\r\n ");
                octets = 1;
            }

            card.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        card.Append("\r\n");
    }
}
