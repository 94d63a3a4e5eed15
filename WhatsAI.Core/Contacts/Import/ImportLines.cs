using System.Text;
using System.Text.Unicode;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>A line of a file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its end and without nulls; empty where it is too long.</param>
public sealed record ImportLine(long Number, string Text, bool IsTooLong = false);

/// <summary>
/// Cuts a file, given piece by piece, into lines, and holds no more than one of them: of a line that is too long only the fact is kept. Lines end with LF, CR LF or
/// CR. A file that is no UTF-16 is read line by line: as UTF-8 where it is that, else as Windows-1252, so that a file pasted together of both comes out right.
/// </summary>
public sealed class ImportLines
{
    /// <summary>Bytes of a line.</summary>
    public const int MaxLine = 64 * 1024;

    private static readonly Encoding _windows = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private readonly byte[] _held = new byte[MaxLine];
    private readonly int _unit;
    private readonly bool _bigEndian;
    private int _length;
    private bool _tooLong;
    private bool _afterReturn;
    private byte? _half;

    public ImportLines(ImportEncoding encoding) =>
        (_unit, _bigEndian) = (encoding == ImportEncoding.EightBit ? 1 : 2, encoding == ImportEncoding.Utf16BigEndian);

    /// <summary>Lines read so far.</summary>
    public long Count { get; private set; }

    /// <summary>Of those, the ones that were no UTF-8 and read as Windows-1252.</summary>
    public long Windows { get; private set; }

    /// <summary>The lines that end in this piece, in order. They are read as they are taken: take them all before the piece's memory is used again.</summary>
    public IEnumerable<ImportLine> Read(ReadOnlyMemory<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (Take(piece.Span[i]) is { } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>The last line, when the file does not end with a line's end.</summary>
    public ImportLine? End() => _length > 0 || _tooLong ? Line() : null;

    private ImportLine? Take(byte value)
    {
        if (_unit == 1)
        {
            return Take(value, value, second: null);
        }

        if (_half is not { } first)
        {
            _half = value;
            return null;
        }

        _half = null;
        return Take(_bigEndian ? (first << 8) | value : (value << 8) | first, first, value);
    }

    private ImportLine? Take(int unit, byte first, byte? second)
    {
        var afterReturn = _afterReturn;
        _afterReturn = unit == '\r';
        if (unit == '\n' && afterReturn)
        {
            return null;
        }

        if (unit is '\n' or '\r')
        {
            return Line();
        }

        if (unit == 0)
        {
            return null;
        }

        if (_length + _unit > MaxLine)
        {
            (_tooLong, _length) = (true, 0);
        }

        if (!_tooLong)
        {
            _held[_length++] = first;
            if (second is { } more)
            {
                _held[_length++] = more;
            }
        }

        return null;
    }

    private ImportLine Line()
    {
        var (text, tooLong) = (_tooLong ? "" : Decode(_held.AsSpan(0, _length)), _tooLong);
        (_length, _tooLong) = (0, false);
        return new ImportLine(++Count, text, tooLong);
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        if (_unit == 2)
        {
            return WithoutMark((_bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(bytes));
        }

        var isWindows = !Utf8.IsValid(bytes);
        Windows += isWindows ? 1 : 0;
        return WithoutMark(Decode(bytes, isWindows));
    }

    /// <summary>What is no UTF-8 is Windows-1252, where every byte is some letter.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, bool isWindows) =>
        (isWindows || !Utf8.IsValid(bytes) ? _windows : Encoding.UTF8).GetString(bytes).Replace("\0", "", StringComparison.Ordinal);

    // A byte order mark is no part of the first word.
    private string WithoutMark(string text) => Count == 0 && text.StartsWith('\uFEFF') ? text[1..] : text;
}
