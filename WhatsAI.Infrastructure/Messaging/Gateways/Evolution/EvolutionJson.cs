using System.Globalization;
using System.Text;
using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>
/// Reads JSON that may be anything: what is not there or has another type reads as null, nothing throws. Numbers of 64 bits come as
/// <c>{low,high}</c>, bytes as <c>{"0":1,…}</c>, and any of them as a string where Evolution read them back from its database.
/// </summary>
internal static class EvolutionJson
{
    private const int LongestText = 200_000;

    /// <summary>What the columns that keep WhatsApp's ids hold. WhatsApp's own have 32 characters at most.</summary>
    private const int LongestId = 128;

    // Overrides that let "gpj.exe" be read as a picture.
    private static readonly System.Buffers.SearchValues<char> Disguises = System.Buffers.SearchValues.Create(
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    );

    /// <summary>
    /// Parses with what no later reader could stand taken out: bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD,
    /// U+0000 (which PostgreSQL refuses) goes. At most 64 levels deep.
    /// </summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.StartsWith("\ufeff"u8) ? body[3..] : body);
        return JsonDocument.Parse(text.Contains("\\u", StringComparison.Ordinal) ? Mend(text) : text);
    }

    public static JsonElement Field(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    public static bool Has(this JsonElement json, string name) =>
        json.Field(name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The elements of an array, or the thing itself: Evolution sends one or many under the same name.</summary>
    public static IEnumerable<JsonElement> Each(this JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray(),
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => [json],
        };

    /// <summary>A text as it is, perhaps empty; beyond 200 000 characters (three times WhatsApp's own limit) it is cut.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.Field(name) is { ValueKind: JsonValueKind.String } value ? Cut(value.GetString()!, LongestText) : null;

    /// <summary>A short text on one line, null when empty.</summary>
    public static string? Word(this JsonElement json, string name, int longest = 300) => OneLine(json.Text(name), longest);

    /// <summary>An id: null when it is empty, longer than 128 characters or holds a control character.</summary>
    public static string? Id(this JsonElement json, string name) =>
        json.Text(name) is { Length: > 0 and <= LongestId } id && !id.Any(char.IsControl) && id.Trim().Length > 0 ? id : null;

    /// <summary>A file's name without path, control characters and direction marks; null when nothing is left.</summary>
    public static string? FileName(this JsonElement json, string name)
    {
        if (json.Text(name) is not { } text)
        {
            return null;
        }

        var last = text[(text.LastIndexOfAny(['/', '\\']) + 1)..];
        return OneLine(new string([.. last.Where(c => !Disguises.Contains(c))]), 200);
    }

    public static bool Flag(this JsonElement json, string name) => json.Field(name).ValueKind == JsonValueKind.True;

    public static bool? MaybeFlag(this JsonElement json, string name) =>
        json.Field(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    public static Jid? Jid(this JsonElement json, string name) => Core.Messaging.Jid.TryParse(json.Text(name), out var jid) ? jid : null;

    public static long? Long(this JsonElement json, string name) => json.Field(name).AsLong();

    /// <summary>A whole number from 0 to <paramref name="most"/>.</summary>
    public static int? Count(this JsonElement json, string name, int most = 1_000_000) =>
        json.Long(name) is { } number && number >= 0 && number <= most ? (int)number : null;

    /// <summary>A moment given in seconds since 1970; null outside the years 2009 to 2100.</summary>
    public static DateTimeOffset? Seconds(this JsonElement json, string name) =>
        json.Long(name) is { } seconds and > 1_230_768_000 and < 4_102_444_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The same in milliseconds.</summary>
    public static DateTimeOffset? Milliseconds(this JsonElement json, string name) =>
        json.Long(name) is { } ms and > 1_230_768_000_000 and < 4_102_444_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public static DateTimeOffset? Iso(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(
            json.Text(name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        ) && at.Year is >= 2009 and < 2100
            ? at
            : null;

    public static double? Double(this JsonElement json, string name, double limit) =>
        json.Field(name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number)
        && double.IsFinite(number)
        && Math.Abs(number) <= limit
            ? number
            : null;

    /// <summary>Bytes as an index map, an array, a Node.js buffer or base64; null when they are none or more than <paramref name="most"/>.</summary>
    public static byte[]? Bytes(this JsonElement json, string name, int most)
    {
        var value = json.Field(name);
        value = value.Has("data") ? value.Field("data") : value;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var buffer = new byte[most];
                return Convert.TryFromBase64String(value.GetString()!, buffer, out var written) ? buffer[..written] : null;
            case JsonValueKind.Array:
                return Collect(value.EnumerateArray(), most);
            case JsonValueKind.Object:
                return Collect(value.EnumerateObject().Select(entry => entry.Value), most);
            default:
                return null;
        }
    }

    private static byte[]? Collect(IEnumerable<JsonElement> values, int most)
    {
        var bytes = new List<byte>();
        foreach (var value in values)
        {
            if (bytes.Count == most || value.AsLong() is not (>= 0 and <= 255 and var number))
            {
                return null;
            }

            bytes.Add((byte)number);
        }

        return bytes.Count == 0 ? null : [.. bytes];
    }

    private static long? AsLong(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number when value.TryGetDouble(out var real) && Math.Abs(real) < 1e15 => (long)real,
            JsonValueKind.String when long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var read) => read,
            JsonValueKind.Object
                when value.Field("low") is { ValueKind: JsonValueKind.Number } low
                    && low.TryGetInt64(out var lower)
                    && value.Field("high") is { ValueKind: JsonValueKind.Number } high
                    && high.TryGetInt32(out var upper) => ((long)upper << 32) + (uint)lower,
            _ => null,
        };

    internal static string? OneLine(string? text, int longest)
    {
        if (text is null)
        {
            return null;
        }

        var line = Cut(new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim(), longest);
        return line.Length == 0 ? null : line;
    }

    /// <summary>Never cuts a surrogate pair in two.</summary>
    internal static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    // Only escapes can hold a lone surrogate or U+0000 here: decoding has replaced the raw ones, and a raw U+0000 is no JSON.
    private static string Mend(string text)
    {
        var mended = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                mended.Append(text[i]);
            }
            else if (!TryUnit(text, i, out var unit))
            {
                mended.Append(text[i]).Append(text[++i]);
            }
            else if (char.IsHighSurrogate(unit) && TryUnit(text, i + 6, out var low) && char.IsLowSurrogate(low))
            {
                mended.Append(text, i, 12);
                i += 11;
            }
            else
            {
                _ =
                    unit == 0 ? mended
                    : char.IsSurrogate(unit) ? mended.Append('\ufffd')
                    : mended.Append(text, i, 6);
                i += 5;
            }
        }

        return mended.ToString();
    }

    private static bool TryUnit(string text, int at, out char unit)
    {
        unit = default;
        if (
            at + 6 > text.Length
            || text[at] != '\\'
            || text[at + 1] != 'u'
            || !ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
        )
        {
            return false;
        }

        unit = (char)code;
        return true;
    }
}
