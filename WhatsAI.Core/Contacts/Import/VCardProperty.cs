using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>One line of a card, unfolded: "item1.TEL;type=CELL;waid=5511977770001:+55 11 97777-0001".</summary>
internal sealed class VCardProperty
{
    private static readonly HashSet<string> _wanted = ["BEGIN", "END", "FN", "N", "TEL", "EMAIL", "ORG", "CATEGORIES", "BDAY"];

    private readonly string _value;
    private readonly string[] _parameters;

    private VCardProperty(string name, string[] parameters, string value) => (Name, _parameters, _value) = (name, parameters, value);

    public string Name { get; }

    /// <summary>The value with its escapes read.</summary>
    public string Text => Unescaped(_value);

    /// <summary>The number: the one WhatsApp put beside it, else the value, without "tel:" and what follows a number in such an address.</summary>
    public string? Phone
    {
        get
        {
            if (Parameter("WAID") is { Length: > 0 } known && known.All(char.IsAsciiDigit))
            {
                return "+" + known;
            }

            var text = Text.Trim();
            var number = text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? text[4..].Split(';')[0] : text;
            return number.Length is > 0 and <= 60 ? number : null;
        }
    }

    public bool Is(string name, string value) => Name == name && _value.Trim().Equals(value, StringComparison.OrdinalIgnoreCase);

    public IReadOnlyList<string> Parts(char separator)
    {
        var (parts, part) = (new List<string>(), new StringBuilder());
        for (var i = 0; i < _value.Length; i++)
        {
            if (_value[i] == '\\' && i + 1 < _value.Length)
            {
                part.Append(_value[i]).Append(_value[++i]);
            }
            else if (_value[i] == separator)
            {
                parts.Add(Unescaped(part.ToString()));
                part.Clear();
            }
            else
            {
                part.Append(_value[i]);
            }
        }

        return [.. parts, Unescaped(part.ToString())];
    }

    public static bool IsWanted(string line) => _wanted.Contains(NameOf(line, out _));

    public static bool IsSoftlyBroken(string line) =>
        line.EndsWith('=')
        && Colon(line, 0) is var colon and > 0
        && line.AsSpan(0, colon).Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase);

    public static VCardProperty? Read(string line)
    {
        var name = NameOf(line, out var end);
        var colon = Colon(line, end);
        if (!_wanted.Contains(name) || colon < 0)
        {
            return null;
        }

        string[] parameters = colon > end ? line[(end + 1)..colon].Split(';') : [];
        var value = line[(colon + 1)..];
        return new VCardProperty(
            name,
            parameters,
            parameters.Any(p => p.EndsWith("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase)) ? Printable(value, parameters) : value
        );
    }

    // A group before the name ("item1.TEL") only ties lines together.
    private static string NameOf(string line, out int end)
    {
        end = line.AsSpan().IndexOfAny(';', ':');
        var name = end < 0 ? "" : line[..end];
        return name[(name.LastIndexOf('.') + 1)..].Trim().ToUpperInvariant();
    }

    private static int Colon(string line, int from)
    {
        var quoted = false;
        for (var i = Math.Max(0, from); i < line.Length; i++)
        {
            quoted ^= line[i] == '"';
            if (line[i] == ':' && !quoted)
            {
                return i;
            }
        }

        return -1;
    }

    private string? Parameter(string name) =>
        _parameters
            .Select(p => p.Split('=', 2))
            .FirstOrDefault(p => p.Length == 2 && p[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            ?[1].Trim('"', ' ');

    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var escaped = text[i] == '\\' && i + 1 < text.Length;
            plain.Append(
                escaped
                    ? text[++i] is 'n' or 'N'
                        ? '\n'
                        : text[i]
                    : text[i]
            );
        }

        return plain.ToString();
    }

    private static string Printable(string text, string[] parameters)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (
                text[i] == '='
                && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            )
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        var windows = parameters.Any(p => p.Contains("8859-1", StringComparison.Ordinal) || p.Contains("1252", StringComparison.Ordinal));
        return ImportLines.Decode([.. bytes], windows);
    }
}
