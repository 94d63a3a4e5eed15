using System.Globalization;
using System.Text;
using WhatsAI.Core.Contacts.Import;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class ImportTallyTests
{
    private static readonly ImportSettings _settings = new("55", CultureInfo.GetCultureInfo("pt-BR"), AllFields.ToDictionary(f => f.Key));
    private static readonly ColumnMapping _mapping = new(
        [new ColumnTarget.Name(), new ColumnTarget.Phone(), new ColumnTarget.Field("vip")],
        false
    );

    [Fact]
    public void Every_row_is_one_of_four_and_reasons_are_counted()
    {
        var tally = ImportTally
            .Empty.With(Outcomes("Ana;11955500142;sim\nAna;11 95550-0142;não\nBia;?;\nEva;;\n"))
            .With(Outcomes("Lia;11955500143;talvez\nRui;x;\n"));

        (tally.Rows, tally.Created, tally.Duplicates, tally.Noted).ShouldBe((6, 2, 1, 1));
        tally.Invalid.ShouldBe(
            new Dictionary<string, int> { ["import.phone-invalid"] = 2, ["import.phone-missing"] = 1 },
            ignoreOrder: true
        );
    }

    [Fact]
    public void Two_hundred_thousand_rows_with_trouble_among_them_come_out_one_each()
    {
        var file = new StringBuilder();
        for (var i = 0; i < 200_000; i++)
        {
            file.Append(
                (i % 10) switch
                {
                    0 => $"\"Silva, Ana\nMaria\";(11) 9{i:0000-0000};sim\n",
                    1 => $"=HYPERLINK(1);11 9{i - 1:0000-0000};\n",
                    2 => $"Bia;{i};x\n",
                    3 => $"\"Eva;11 9{i:0000-0000};\n",
                    _ => $"José {i};11 9{i:0000-0000};não\n",
                }
            );
        }

        var tally = ImportTally.Empty.With(Outcomes(file.ToString()));

        (tally.Rows, tally.Created, tally.Duplicates).ShouldBe((200_000, 140_000, 20_000));
        tally.Invalid.ShouldBe(
            new Dictionary<string, int> { ["import.phone-invalid"] = 20_000, ["import.quote-never-ends"] = 20_000 },
            ignoreOrder: true
        );
    }

    private static List<ImportOutcome> Outcomes(string file)
    {
        var (rows, seen) = (new CsvRows(new CsvDialect(ImportEncoding.EightBit, ';')), new SeenNumbers());
        CsvRow[] read = [.. Encoding.UTF8.GetBytes(file).Chunk(1 << 16).SelectMany(piece => rows.Read(piece).ToArray()), .. rows.End()];
        return [.. read.Select(OutcomeOf)];

        ImportOutcome OutcomeOf(CsvRow row)
        {
            var contact = ImportRows.Read(row, _mapping, _settings);
            var earlier = contact is ImportRow.Ready ready ? seen.Before(ready.Contact.Phone, row.Line) : null;
            return ImportOutcome.Decide(contact, earlier, null, ImportConflict.KeepOurs);
        }
    }
}
