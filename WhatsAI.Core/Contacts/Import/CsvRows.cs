using System.Text;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>
/// Reads a CSV file given piece by piece: RFC 4180, and what people's programs make of it. A quote within a word is a quote; one that is followed by neither the
/// separator nor the line's end does not end its cell. A quote that nothing ends costs its own line and no other: the lines after it are read anew. Memory is
/// bounded by a few lines, and no line is read more than <see cref="MaxLinesOfRow"/> times, whatever the file holds.
/// </summary>
public sealed class CsvRows(CsvDialect dialect)
{
    public const int MaxCells = 200;

    /// <summary>Lines that one row may go over, in quotes.</summary>
    public const int MaxLinesOfRow = 25;

    private readonly ImportLines _lines = new(dialect.Encoding);
    private readonly List<ImportLine> _open = [];
    private readonly List<string> _cells = [];
    private readonly StringBuilder _cell = new();
    private int? _width;
    private bool _inQuotes;
    private bool _tooMany;

    /// <summary>Lines read so far.</summary>
    public long Lines => _lines.Count;

    /// <summary>Lines that were no UTF-8 and read as Windows-1252.</summary>
    public long WindowsLines => _lines.Windows;

    /// <summary>The rows that end in this piece; empty lines are none. Take them all before the piece's memory is used again.</summary>
    public IEnumerable<CsvRow> Read(ReadOnlyMemory<byte> piece) => _lines.Read(piece).SelectMany(Take);

    /// <summary>What is left at the file's end.</summary>
    public IReadOnlyList<CsvRow> End()
    {
        IReadOnlyList<CsvRow> last = _lines.End() is { } line ? Take(line) : [];
        return _open.Count > 0 ? [.. last, .. GiveUp(all: true)] : last;
    }

    private IReadOnlyList<CsvRow> Take(ImportLine line)
    {
        if (line.IsTooLong)
        {
            return [.. _open.Count > 0 ? GiveUp(all: true) : [], new CsvRow(line.Number, [], CsvTrouble.LineTooLong)];
        }

        if (_open.Count == 0 && (line.Text.Length == 0 || IsDirective(line)))
        {
            return [];
        }

        _open.Add(line);
        var cells = _cells.Count;
        Parse(line.Text);
        return !_inQuotes ? [Row()]
            : _open.Count >= MaxLinesOfRow || (_cells.Count == cells && IsRowByItself(line)) ? GiveUp(all: false)
            : [];
    }

    // A line all within quotes that has as many separators as a whole row is one: better a row that is lost and said so than six that vanish in a cell unseen.
    private bool IsRowByItself(ImportLine line) =>
        _open.Count > 1 && _width is >= 2 and var width && line.Text.AsSpan().Count(dialect.Separator) >= width - 1;

    // The first line of what is open is lost, the others are read as if it had not been there.
    private List<CsvRow> GiveUp(bool all)
    {
        var rows = new List<CsvRow>();
        do
        {
            var lines = _open.ToArray();
            Clear();
            rows.Add(new CsvRow(lines[0].Number, [], CsvTrouble.QuoteNeverEnds));
            foreach (var line in lines.Skip(1))
            {
                rows.AddRange(Take(line));
            }
        } while (all && _open.Count > 0);

        return rows;
    }

    private void Parse(string text)
    {
        if (_inQuotes)
        {
            _cell.Append('\n');
        }

        var at = 0;
        while (true)
        {
            if (_inQuotes)
            {
                at = Quoted(text, at);
                if (_inQuotes)
                {
                    return;
                }
            }
            else if (IsQuoteNext(text, at, out var quote))
            {
                (_inQuotes, at) = (true, quote + 1);
                continue;
            }

            var end = text.IndexOf(dialect.Separator, at);
            _cell.Append(text, at, (end < 0 ? text.Length : end) - at);
            Add();
            if (end < 0)
            {
                return;
            }

            at = end + 1;
        }
    }

    /// <summary>Reads on within quotes; back where the cell's quote has ended, or at the line's end.</summary>
    private int Quoted(string text, int at)
    {
        while (text.IndexOf('"', at) is var quote and >= 0)
        {
            _cell.Append(text, at, quote - at);
            var next = quote + 1;
            if (next < text.Length && text[next] == '"')
            {
                _cell.Append('"');
                at = next + 1;
                continue;
            }

            var after = next;
            while (after < text.Length && text[after] == ' ')
            {
                after++;
            }

            if (after == text.Length || text[after] == dialect.Separator)
            {
                _inQuotes = false;
                return after;
            }

            _cell.Append('"');
            at = next;
        }

        _cell.Append(text, at, text.Length - at);
        return text.Length;
    }

    private static bool IsQuoteNext(string text, int at, out int quote)
    {
        quote = at;
        while (quote < text.Length && text[quote] == ' ')
        {
            quote++;
        }

        return quote < text.Length && text[quote] == '"';
    }

    private void Add()
    {
        _tooMany |= _cells.Count >= MaxCells;
        if (!_tooMany)
        {
            _cells.Add(_cell.ToString());
        }

        _cell.Clear();
    }

    private CsvRow Row()
    {
        _width ??= _cells.Count;
        var row = new CsvRow(_open[0].Number, _tooMany ? [] : [.. _cells], _tooMany ? CsvTrouble.TooManyCells : CsvTrouble.None);
        Clear();
        return row;
    }

    private void Clear()
    {
        _open.Clear();
        _cells.Clear();
        _cell.Clear();
        (_inQuotes, _tooMany) = (false, false);
    }

    private static bool IsDirective(ImportLine line) =>
        line is { Number: 1, Text.Length: 5 } && line.Text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase);
}
