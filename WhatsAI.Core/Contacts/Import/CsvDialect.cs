namespace WhatsAI.Core.Contacts.Import;

public enum ImportEncoding
{
    /// <summary>UTF-8, Windows-1252, or lines of both.</summary>
    EightBit,

    /// <summary>The lesser byte first, as spreadsheets write it.</summary>
    Utf16,
    Utf16BigEndian,
}

/// <summary>How a file of rows is written.</summary>
public sealed record CsvDialect(ImportEncoding Encoding, char Separator)
{
    /// <summary>Bytes of the file's beginning that suffice to tell.</summary>
    public const int Head = 64 * 1024;

    private const int LinesLookedAt = 50;

    private static readonly char[] _separators = [';', ',', '\t', '|'];

    /// <param name="head">The file's first <see cref="Head"/> bytes, or all of it.</param>
    public static CsvDialect Of(ReadOnlyMemory<byte> head)
    {
        var encoding = EncodingOf(head.Span);
        var lines = new ImportLines(encoding);
        var seen = lines.Read(head).Where(l => !l.IsTooLong && l.Text.Length > 0).Take(LinesLookedAt).Select(l => l.Text).ToList();
        if (seen.Count < LinesLookedAt && lines.End() is { IsTooLong: false, Text.Length: > 0 } last)
        {
            seen.Add(last.Text);
        }

        return new CsvDialect(encoding, SeparatorOf(seen));
    }

    /// <summary>By its mark; without one, by the zeros that every second byte of plain letters is.</summary>
    public static ImportEncoding EncodingOf(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..])
        {
            return ImportEncoding.Utf16;
        }

        if (head is [0xFE, 0xFF, ..])
        {
            return ImportEncoding.Utf16BigEndian;
        }

        var (even, odd, pairs) = (0, 0, Math.Min(head.Length, 2_000) / 2);
        for (var i = 0; i < pairs; i++)
        {
            even += head[2 * i] == 0 ? 1 : 0;
            odd += head[(2 * i) + 1] == 0 ? 1 : 0;
        }

        return pairs == 0 ? ImportEncoding.EightBit
            : odd > pairs / 2 && even < pairs / 10 ? ImportEncoding.Utf16
            : even > pairs / 2 && odd < pairs / 10 ? ImportEncoding.Utf16BigEndian
            : ImportEncoding.EightBit;
    }

    /// <summary>What most lines have as many of as each other, outside quotes; a line "sep=;" says it itself. A semicolon where nothing tells.</summary>
    private static char SeparatorOf(List<string> lines)
    {
        if (lines.Count > 0 && lines[0].Length == 5 && lines[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
        {
            return lines[0][4];
        }

        var (best, bestScore) = (';', 0);
        foreach (var separator in _separators)
        {
            var usual = lines
                .Select(l => Count(l, separator))
                .Where(n => n > 0)
                .GroupBy(n => n)
                .OrderByDescending(g => g.Count())
                .FirstOrDefault();
            // Lines that agree weigh more than many marks in a few of them.
            var score = usual is null ? 0 : (usual.Count() * 100) + Math.Min(usual.Key, 99);
            (best, bestScore) = score > bestScore ? (separator, score) : (best, bestScore);
        }

        return best;
    }

    private static int Count(string line, char separator)
    {
        var (count, quoted) = (0, false);
        foreach (var c in line)
        {
            quoted ^= c == '"';
            count += !quoted && c == separator ? 1 : 0;
        }

        return count;
    }
}
