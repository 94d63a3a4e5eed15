using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class CsvRowsTests
{
    private static readonly CsvDialect _dialect = new(ImportEncoding.EightBit, ';');

    [Fact]
    public void Cells_are_read_as_the_standard_says() =>
        Read("a;b\r\n\"c;d\";\"e\"\"f\"\r\n\"g\nh\";\n;\"\"\n")
            .Select(r => string.Join('|', r.Cells))
            .ShouldBe(["a|b", "c;d|e\"f", "g\nh|", "|"]);

    [Fact]
    public void What_people_write_is_read_too() =>
        Read("Joao \"Jo\" Silva;x\n\"Ana \"Aninha\" Lima\";y\n \"b\" ; c \rd;\"\"\"e\"\"\"")
            .Select(r => string.Join('|', r.Cells))
            .ShouldBe(["Joao \"Jo\" Silva|x", "Ana \"Aninha\" Lima|y", "b| c ", "d|\"e\""]);

    [Fact]
    public void Formulas_are_text_and_nulls_are_nothing() =>
        Read("=HYPERLINK(\"http://x\");+5511\0\n").Single().Cells.ShouldBe(["=HYPERLINK(\"http://x\")", "+5511"]);

    [Fact]
    public void Row_says_on_which_line_it_begins() => Read("a\n\n\"b\nc\"\nd\n").Select(r => r.Line).ShouldBe([1L, 3, 5]);

    [Fact]
    public void Quote_that_never_ends_costs_its_own_line_only()
    {
        var rows = Read("a;1\n\"b;2\n" + string.Concat(Enumerable.Range(3, 60).Select(i => $"c{i};{i}\n")));

        rows.Count.ShouldBe(62);
        rows[1].Key.ShouldBe("import.quote-never-ends");
        rows[1].Line.ShouldBe(2);
        rows.Where(r => r.Key is null).Select(r => r.Cells[1]).ShouldBe(["1", .. Enumerable.Range(3, 60).Select(i => $"{i}")]);
    }

    [Fact]
    public void Quote_that_never_ends_at_the_files_end_costs_its_own_line_only() =>
        Read("a\n\"b\nc\n\"d\ne")
            .Select(r => (r.Line, r.Trouble))
            .ShouldBe([
                (1L, CsvTrouble.None),
                (2, CsvTrouble.QuoteNeverEnds),
                (3, CsvTrouble.None),
                (4, CsvTrouble.QuoteNeverEnds),
                (5, CsvTrouble.None),
            ]);

    [Fact]
    public void Rows_do_not_vanish_in_the_cell_of_a_broken_quote()
    {
        var rows = Read("a;1;x\n\"b;2;x\nc;3;x\nd\";4;x\n");

        rows.Select(r => (r.Line, r.Key)).ShouldBe([(1L, null), (2, "import.quote-never-ends"), (3, null), (4, null)]);
        rows[2].Cells.ShouldBe(["c", "3", "x"]);
    }

    [Fact]
    public void Cells_over_lines_beside_each_other_are_two() => Read("a;1\n\"b\nc\";\"d\ne\"\n")[1].Cells.ShouldBe(["b\nc", "d\ne"]);

    [Fact]
    public void Address_over_lines_is_one_cell() =>
        Read("a;1;x\n\"Rua A, 5; fundos\nCentro\";2;x\n").Select(r => r.Cells[0]).ShouldBe(["a", "Rua A, 5; fundos\nCentro"]);

    [Fact]
    public void Line_of_a_hundred_megabytes_is_refused_without_being_held()
    {
        var rows = new CsvRows(_dialect);
        var found = rows.Read(Bytes("a;1\n")).ToList();
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            found.AddRange(rows.Read(piece));
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        found.AddRange(rows.Read(Bytes("\nb;2\n")));
        taken.ShouldBeLessThan(1_000_000);
        found.Select(r => r.Key).ShouldBe([null, "import.line-too-long", null]);
        found[2].Cells.ShouldBe(["b", "2"]);
    }

    [Fact]
    public void Too_long_a_line_within_quotes_does_not_swallow_what_was_open() =>
        Read("\"a;1\nb;2\n" + new string('x', ImportLines.MaxLine + 1) + "\nc;3\n")
            .Select(r => r.Key)
            .ShouldBe(["import.quote-never-ends", null, "import.line-too-long", null]);

    [Fact]
    public void Ten_thousand_columns_are_refused_and_the_next_row_is_read() =>
        Read(new string(';', 10_000) + "\na;b\n").Select(r => (r.Key, r.Cells.Count)).ShouldBe([("import.too-many-cells", 0), (null, 2)]);

    [Fact]
    public void File_of_two_encodings_is_read_line_by_line()
    {
        var rows = new CsvRows(_dialect);

        var found = rows.Read(
                (byte[])[.. Encoding.UTF8.GetBytes("\uFEFFJosé;1\n"), .. Latin("João;2\n"), .. Encoding.UTF8.GetBytes("Łukasz;3\n")]
            )
            .ToList();

        found.Select(r => r.Cells[0]).ShouldBe(["José", "João", "Łukasz"]);
        rows.WindowsLines.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Utf_16_is_recognized_with_and_without_its_mark(bool bigEndian, bool mark)
    {
        var encoding = new UnicodeEncoding(bigEndian, mark);
        byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes("Nome;Telefone\r\nJosé;11 95550-0142\r\n")];

        var dialect = CsvDialect.Of(file);

        dialect.ShouldBe(new CsvDialect(bigEndian ? ImportEncoding.Utf16BigEndian : ImportEncoding.Utf16, ';'));
        Read(file, dialect, 3).Select(r => string.Join('|', r.Cells)).ShouldBe(["Nome|Telefone", "José|11 95550-0142"]);
    }

    [Theory]
    [InlineData("a;b;c\n1;2;3\n", ';')]
    [InlineData("nome,fone\n\"Silva, Ana; Lima\",11\n\"x, y\",12\n", ',')]
    [InlineData("a\tb\n1,5\t2\n1,6\t3\n", '\t')]
    [InlineData("a|b\n1|2", '|')]
    [InlineData("nome\nAna, Bia\nEva\n", ',')]
    [InlineData("nome\nAna\n", ';')]
    [InlineData("", ';')]
    [InlineData("sep=,\na,b\n", ',')]
    public void Separator_is_what_the_lines_agree_on(string file, char expected) => CsvDialect.Of(Bytes(file)).Separator.ShouldBe(expected);

    [Fact]
    public void Line_that_names_the_separator_is_no_row() =>
        Read(Bytes("sep=,\na,b\n"), CsvDialect.Of(Bytes("sep=,\na,b\n")), 100).Select(r => r.Cells.Count).ShouldBe([2]);

    [Fact]
    public void What_is_written_by_the_book_is_read_as_it_was_however_it_is_cut() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                ArbMap.Default.ArbFor<NonEmptyString[][]>(),
                Gen.Choose(1, 50).ToArbitrary(),
                (table, size) =>
                {
                    // At most so many lines in a row, none of them like a row itself, and no lone surrogates or nulls: those are not what was meant.
                    var rows = table
                        .Where(r =>
                            r.Length > 0
                            && r.Sum(c => c.Get.Count(x => x is '\n' or '\r')) < CsvRows.MaxLinesOfRow - 1
                            && !r.Any(c => c.Get.Contains(';') && c.Get.IndexOfAny(['\n', '\r']) >= 0)
                        )
                        .Select(r => r.Select(c => Clean(c.Get)).ToArray())
                        .Where(r => r.Length > 1 || r[0].Length > 0)
                        .ToArray();
                    var file = string.Concat(rows.Select(r => string.Join(';', r.Select(Quoted)) + "\r\n"));

                    Read(Bytes(file), _dialect, size)
                        .Select(r => string.Join('\u0001', r.Cells))
                        .ShouldBe(rows.Select(r => string.Join('\u0001', r)));
                }
            )
        );

    [Fact]
    public void Any_bytes_are_read_without_an_exception_and_no_line_is_lost() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Hostile().ToArbitrary(),
                Gen.Choose(1, 40).ToArbitrary(),
                (file, size) =>
                {
                    var bytes = Encoding.Latin1.GetBytes(file);
                    var rows = Read(bytes, CsvDialect.Of(bytes) with { Encoding = ImportEncoding.EightBit }, size);
                    rows.Select(r => r.Line).ShouldBe(rows.Select(r => r.Line).Order().Distinct(), "each line begins one row, in order");
                    rows.ShouldAllBe(r => r.Trouble == CsvTrouble.None || r.Cells.Count == 0);
                    // How the file is cut into pieces makes no difference.
                    Read(bytes, CsvDialect.Of(bytes) with { Encoding = ImportEncoding.EightBit }, bytes.Length + 1)
                        .Select(r => $"{r.Line} {r.Trouble} {string.Join('|', r.Cells)}")
                        .ShouldBe(rows.Select(r => $"{r.Line} {r.Trouble} {string.Join('|', r.Cells)}"));
                }
            )
        );

    [Fact]
    public void Quotes_made_to_be_read_again_and_again_take_time_as_the_file_is_long()
    {
        // Each line opens a quote when it is read by itself and keeps one open when it is read within.
        var file = Bytes(string.Concat(Enumerable.Repeat("a\"b;\"c\n", 500_000)));
        var watch = Stopwatch.StartNew();

        Read(file, _dialect, 1 << 16).Count.ShouldBe(500_000);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static Gen<string> Hostile() =>
        Gen.Elements("\"", "\"\"", ";", ",", "\n", "\r\n", "\r", " ", "\0", "a", "=1", "é", "ÿþ", "x\"", "\";\"", "\"\n")
            .ArrayOf()
            .Select(string.Concat);

    private static string Clean(string text) =>
        new string([.. text.Where(c => !char.IsSurrogate(c) && c is not ('\0' or '\uFEFF' or '\u0001'))])
            .Replace("\r\n", "\n")
            .Replace('\r', '\n');

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"")}\"";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static List<CsvRow> Read(string file) => Read(Bytes(file), _dialect, 7);

    private static List<CsvRow> Read(byte[] file, CsvDialect dialect, int size)
    {
        var rows = new CsvRows(dialect);
        return [.. file.Chunk(size).SelectMany(piece => rows.Read(piece).ToArray()), .. rows.End()];
    }
}
