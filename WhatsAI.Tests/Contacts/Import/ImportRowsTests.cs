using System.Globalization;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class ImportRowsTests
{
    private static readonly ImportSettings _settings = new("55", CultureInfo.GetCultureInfo("pt-BR"), AllFields.ToDictionary(f => f.Key));
    private static readonly ColumnMapping _mapping = new(
        [
            new ColumnTarget.Name(),
            new ColumnTarget.Phone(),
            new ColumnTarget.Tags(),
            new ColumnTarget.OptIn(),
            new ColumnTarget.Field("total_no_ano"),
        ],
        HasHeader: true
    );

    [Fact]
    public void Row_becomes_a_contact()
    {
        var contact = Ready("Ana Lima", "(31) 8765-4321", "Ouro, novo", "sim", "1.234,50");

        (contact.Phone.Value, contact.Name, contact.OptIn).ShouldBe(("+5531987654321", "Ana Lima", true));
        contact.Tags.ShouldBe(["Ouro", "novo"]);
        contact.Fields["total_no_ano"].ShouldBe(new FieldValue.Number(1234.5m));
        contact.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "import.phone-missing")]
    [InlineData("5,51196E+12", "import.phone-rounded")]
    [InlineData("ramal 22", "import.phone-invalid")]
    [InlineData("95550-0142", "import.phone-invalid")]
    public void Row_without_a_number_is_invalid(string phone, string key) => Read("Ana", phone).ShouldBe(new ImportRow.Invalid(key));

    [Theory]
    [InlineData("'+55 11 95550-0142")]
    [InlineData("5511955500142.0")]
    [InlineData(" 11 95550-0142 ")]
    public void What_spreadsheets_do_to_numbers_is_undone(string phone) => Ready("Ana", phone).Phone.Value.ShouldBe("+5511955500142");

    [Fact]
    public void Of_several_numbers_in_a_cell_the_first_counts_and_it_is_said()
    {
        var contact = Ready("Ana", "s/n / 11 95550-0142 ou 11 3333-4444");

        contact.Phone.Value.ShouldBe("+5511955500142");
        contact.Notes.ShouldBe([new ImportNote(1, "import.phone-several")]);
    }

    [Theory]
    [InlineData("11", "95550-0142", "+5511955500142")]
    [InlineData("011", "5550-0142", "+551155500142")]
    [InlineData("11", "21 95550-0142", "+5521955500142")]
    [InlineData("", "351 912 345 678", "+351912345678")]
    public void Area_code_of_a_column_of_its_own_is_used_where_the_number_has_none(string area, string phone, string expected) =>
        ImportRows
            .Read(new CsvRow(1, [area, phone]), new ColumnMapping([new ColumnTarget.AreaCode(), new ColumnTarget.Phone()], true), _settings)
            .ShouldBeOfType<ImportRow.Ready>()
            .Contact.Phone.Value.ShouldBe(expected);

    [Fact]
    public void Value_that_does_not_fit_is_left_out_and_said_so()
    {
        var contact = Ready(new string('x', 121), "11955500142", "", "talvez", "muito");

        (contact.Name, contact.OptIn, contact.Fields.Count).ShouldBe((null, null, 0));
        contact.Notes.ShouldBe([new(0, "import.name-too-long"), new(3, "field-bad.yes-no"), new(4, "field-bad.number")], ignoreOrder: true);
    }

    [Fact]
    public void Formula_stays_text_and_our_own_export_is_read_as_it_was_meant()
    {
        Ready("=HYPERLINK(\"x\")", "11955500142").Name.ShouldBe("=HYPERLINK(\"x\")");
        Ready("'=1+1", "'+5511955500142").Name.ShouldBe("=1+1");
        Ready("'Ana'", "11955500142").Name.ShouldBe("'Ana'");
    }

    [Fact]
    public void Row_shorter_or_longer_than_the_titles_is_read_as_far_as_it_goes()
    {
        Ready("Ana", "11955500142").Tags.ShouldBeEmpty();
        Ready("Ana", "11955500142", "a", "x", "1", "zu viel", "mehr").Tags.ShouldBe(["a"]);
        Read("Ana").ShouldBe(new ImportRow.Invalid("import.phone-missing"));
    }

    [Fact]
    public void Row_that_could_not_be_read_says_why() =>
        ImportRows
            .Read(new CsvRow(9, [], CsvTrouble.QuoteNeverEnds), _mapping, _settings)
            .ShouldBe(new ImportRow.Invalid("import.quote-never-ends"));

    [Fact]
    public void Names_in_two_columns_are_joined() =>
        ImportRows
            .Read(
                new CsvRow(1, ["Ana", "Lima", "11955500142"]),
                new ColumnMapping([new ColumnTarget.FirstName(), new ColumnTarget.LastName(), new ColumnTarget.Phone()], true),
                _settings
            )
            .ShouldBeOfType<ImportRow.Ready>()
            .Contact.Name.ShouldBe("Ana Lima");

    [Fact]
    public void Card_becomes_a_contact_with_what_has_a_place()
    {
        var card = new VCard(1, "Ana", ["?", "11 95550-0142"], ["a@b.example"], "Padaria", ["Ouro"], "1980-05-15");

        var contact = ImportRows
            .Read(card, new CardFields(Organization: "cidade", Birthday: "ultimo_pedido"), _settings)
            .ShouldBeOfType<ImportRow.Ready>()
            .Contact;

        (contact.Phone.Value, contact.Tags.Single()).ShouldBe(("+5511955500142", "Ouro"));
        contact.Fields["cidade"].ShouldBe(new FieldValue.Text("Padaria"));
        contact.Fields["ultimo_pedido"].ShouldBe(new FieldValue.Date(new DateOnly(1980, 5, 15)));
        contact.Fields.Count.ShouldBe(2);
        ImportRows
            .Read(card with { Key = "import.card-never-ends" }, new CardFields(), _settings)
            .ShouldBe(new ImportRow.Invalid("import.card-never-ends"));
    }

    [Fact]
    public void Outcome_is_one_of_four()
    {
        var row = new ImportRow.Ready(Ready("Ana", "11955500142"));

        ImportOutcome.Decide(row, null, null, default).ShouldBeOfType<ImportOutcome.Created>();
        ImportOutcome.Decide(row, 7, OnRecord(), default).ShouldBe(new ImportOutcome.Duplicate(7));
        ImportOutcome.Decide(row, null, OnRecord(), default).ShouldBeOfType<ImportOutcome.Updated>();
        ImportOutcome.Decide(new ImportRow.Invalid("x"), 7, OnRecord(), default).ShouldBe(new ImportOutcome.Invalid("x"));
    }

    [Fact]
    public void Update_fills_what_is_missing_and_overwrites_only_where_asked()
    {
        var row = new ImportRow.Ready(Ready("Ana Maria", "11955500142", "ouro, novo", "sim", "5"));
        var ours = OnRecord() with
        {
            Name = "Ana",
            Tags = new HashSet<string> { "ouro" },
            Fields = new Dictionary<string, FieldValue> { ["total_no_ano"] = new FieldValue.Number(1) },
        };

        var kept = (ImportOutcome.Updated)ImportOutcome.Decide(row, null, ours, ImportConflict.KeepOurs);
        var taken = (ImportOutcome.Updated)ImportOutcome.Decide(row, null, ours, ImportConflict.TakeTheFiles);

        (kept.Name, kept.Fields.Count, kept.Tags.Single(), kept.OptIn, kept.IsUnchanged).ShouldBe((null, 0, "novo", true, false));
        (taken.Name, taken.Fields["total_no_ano"]).ShouldBe(("Ana Maria", new FieldValue.Number(5)));
    }

    [Fact]
    public void Row_without_news_changes_nothing()
    {
        var row = new ImportRow.Ready(Ready("Ana", "11955500142"));

        (
            (ImportOutcome.Updated)ImportOutcome.Decide(row, null, OnRecord() with { Name = "Ana" }, ImportConflict.TakeTheFiles)
        ).IsUnchanged.ShouldBeTrue();
    }

    [Theory]
    [InlineData("sim", ConsentState.OptedOut, null)]
    [InlineData("sim", ConsentState.OptedIn, null)]
    [InlineData("sim", ConsentState.Unknown, true)]
    [InlineData("não", ConsentState.OptedIn, false)]
    [InlineData("não", ConsentState.Unknown, false)]
    [InlineData("não", ConsentState.OptedOut, null)]
    public void File_takes_no_opt_out_back(string cell, ConsentState ours, bool? expected)
    {
        var row = new ImportRow.Ready(Ready("Ana", "11955500142", "", cell));

        (
            (ImportOutcome.Updated)ImportOutcome.Decide(row, null, OnRecord() with { Consent = ours }, ImportConflict.TakeTheFiles)
        ).OptIn.ShouldBe(expected);
    }

    [Fact]
    public void Number_is_seen_once_in_both_spellings()
    {
        var seen = new SeenNumbers();

        seen.Before(PhoneNumber.Parse("31 98765-4321"), 2).ShouldBeNull();
        seen.Before(PhoneNumber.Parse("31 8765-4321"), 5).ShouldBe(2);
        seen.Before(PhoneNumber.Parse("31 98765-4322"), 6).ShouldBeNull();
    }

    private static ImportedOver OnRecord() =>
        new(Contact(1), null, new Dictionary<string, FieldValue>(), new HashSet<string>(), ConsentState.Unknown);

    private static ImportRow Read(params string[] cells) => ImportRows.Read(new CsvRow(1, cells), _mapping, _settings);

    private static ImportContact Ready(params string[] cells) => Read(cells).ShouldBeOfType<ImportRow.Ready>().Contact;
}
