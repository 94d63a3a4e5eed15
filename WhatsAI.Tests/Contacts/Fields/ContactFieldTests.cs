using System.Globalization;
using WhatsAI.Core.Contacts.Fields;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Fields;

public sealed class ContactFieldTests
{
    private static readonly CultureInfo _brazil = CultureInfo.GetCultureInfo("pt-BR");
    private static readonly CultureInfo _english = CultureInfo.GetCultureInfo("en");

    [Theory]
    [InlineData("Último pedido", "ultimo_pedido")]
    [InlineData("  CPF / CNPJ ", "cpf_cnpj")]
    [InlineData("E-mail (2)", "e_mail_2")]
    [InlineData("Размер", "field")]
    public void Key_is_made_of_the_name(string name, string key) => ContactField.KeyOf(name).ShouldBe(key);

    [Fact]
    public void Key_stays_when_the_name_changes()
    {
        var field = Field("Cidade", FieldKind.Text);

        field.Rename("Município");

        (field.Name, field.Key).ShouldBe(("Município", "cidade"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u200b ")]
    [InlineData("!!")]
    [InlineData("0123456789012345678901234567890123456789x")]
    public void Name_that_nobody_can_read_is_refused(string name) =>
        KeyOf(() => Field(name, FieldKind.Text)).ShouldBe("field.name-invalid");

    [Fact]
    public void Options_belong_to_a_choice_and_differ()
    {
        KeyOf(() => Field("Porte", FieldKind.Choice)).ShouldBe("field.options-invalid");
        KeyOf(() => Field("Cidade", FieldKind.Text, "A")).ShouldBe("field.options-invalid");
        KeyOf(() => Field("Porte", FieldKind.Choice, "Médio", "medio")).ShouldBe("field.options-invalid");
        KeyOf(() => Field("Porte", FieldKind.Choice, "A", " ")).ShouldBe("field.options-invalid");
    }

    [Theory]
    [InlineData("1.234,56", "pt-BR", "1234.56")]
    [InlineData("1.234,56", "en", "1234.56")]
    [InlineData("1,234.56", "pt-BR", "1234.56")]
    [InlineData("R$ 1.234", "pt-BR", "1234")]
    [InlineData("1.234", "en", "1.234")]
    [InlineData("1.5", "pt-BR", "1.5")]
    [InlineData("1,5", "en", "1.5")]
    [InlineData("1.234.567", "en", "1234567")]
    [InlineData("-3", "pt-BR", "-3")]
    [InlineData("0,5", "pt-BR", "0.5")]
    public void Number_is_read_as_people_write_it(string text, string culture, string expected) =>
        Read(Total, text, CultureInfo.GetCultureInfo(culture))
            .ShouldBe(new FieldValue.Number(decimal.Parse(expected, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("abc")]
    [InlineData("1.23.4")]
    [InlineData("12,34,5")]
    [InlineData("1,2.3,4")]
    [InlineData("1e5")]
    [InlineData("٣")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("9999999999999")]
    [InlineData("1.12345678")]
    [InlineData("=1+1")]
    public void Number_that_is_doubtful_is_refused(string text) =>
        FieldInput.Read(Total, text, _english).ShouldBe(new FieldReading.Bad("field-bad.number"));

    [Theory]
    [InlineData("21/11/2026", "pt-BR", "2026-11-21")]
    [InlineData("11/21/2026", "pt-BR", "2026-11-21")]
    [InlineData("11/21/2026", "en", "2026-11-21")]
    [InlineData("21/11/2026", "en", "2026-11-21")]
    [InlineData("03/04/2026", "pt-BR", "2026-04-03")]
    [InlineData("03/04/2026", "en", "2026-03-04")]
    [InlineData("2026-11-21", "en", "2026-11-21")]
    [InlineData("2026-11-21 10:20:00", "en", "2026-11-21")]
    [InlineData("1.2.49", "pt-BR", "2049-02-01")]
    [InlineData("1.2.50", "pt-BR", "1950-02-01")]
    [InlineData("29/02/2024", "pt-BR", "2024-02-29")]
    public void Date_is_read_as_people_write_it(string text, string culture, string expected) =>
        Read(LastOrder, text, CultureInfo.GetCultureInfo(culture))
            .ShouldBe(new FieldValue.Date(DateOnly.Parse(expected, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("29/02/2026")]
    [InlineData("31/04/2026")]
    [InlineData("13/13/2026")]
    [InlineData("0/1/2026")]
    [InlineData("1/0/2026")]
    [InlineData("amanhã")]
    [InlineData("1/2/3")]
    [InlineData("45292")]
    [InlineData("0000-01-01")]
    [InlineData("1/1/99999")]
    public void Date_that_is_none_is_refused(string text) =>
        FieldInput.Read(LastOrder, text, _brazil).ShouldBe(new FieldReading.Bad("field-bad.date"));

    [Fact]
    public void Choice_is_one_of_the_options_whatever_the_case_and_accents()
    {
        Read(Size, " medio ", _brazil).ShouldBe(new FieldValue.Choice("Médio"));
        FieldInput.Read(Size, "Enorme", _brazil).ShouldBe(new FieldReading.Bad("field-bad.choice"));
    }

    [Theory]
    [InlineData("Sim", true)]
    [InlineData("NÃO", false)]
    [InlineData("yes", true)]
    [InlineData("0", false)]
    public void Yes_and_no_are_read_in_both_languages(string text, bool expected) =>
        Read(Vip, text, _brazil).ShouldBe(new FieldValue.YesNo(expected));

    [Fact]
    public void Nothing_is_no_value_and_no_error()
    {
        foreach (var field in ContactSamples.AllFields)
        {
            FieldInput.Read(field, " \u200b\n", _brazil).ShouldBe(new FieldReading.Empty(), field.Name);
        }

        FieldInput.Read(Vip, "talvez", _brazil).ShouldBe(new FieldReading.Bad("field-bad.yes-no"));
    }

    [Fact]
    public void Text_is_kept_on_one_line_and_formulas_stay_text()
    {
        Read(City, "Santo\r\nAndré\0", _brazil).ShouldBe(new FieldValue.Text("Santo André"));
        Read(City, "=HYPERLINK(1)", _brazil).ShouldBe(new FieldValue.Text("=HYPERLINK(1)"));
        FieldInput.Read(City, new string('x', 501), _brazil).ShouldBe(new FieldReading.Bad("field-bad.too-long"));
        FieldInput.Read(City, new string(' ', 10_001), _brazil).ShouldBe(new FieldReading.Bad("field-bad.too-long"));
    }

    [Fact]
    public void Values_come_back_from_json_as_they_were()
    {
        var values = new Dictionary<string, FieldValue>
        {
            [City.Key] = new FieldValue.Text("São \"Paulo\""),
            [Total.Key] = new FieldValue.Number(1234.5m),
            [LastOrder.Key] = new FieldValue.Date(new DateOnly(2026, 2, 28)),
            [Size.Key] = new FieldValue.Choice("Médio"),
            [Vip.Key] = new FieldValue.YesNo(false),
        };

        var json = FieldValues.Write(values);

        FieldValues.Read(json, ContactSamples.AllFields).ShouldBe(values, ignoreOrder: true);
        json.ShouldContain("\"ultimo_pedido\":\"2026-02-28\"");
        json.ShouldContain("\"total_no_ano\":1234.5");
    }

    [Fact]
    public void Value_of_another_kind_than_its_field_is_left_out() =>
        FieldValues
            .Read("""{"cidade":5,"total_no_ano":"x","vip":null,"ultimo_pedido":"21/11/2026","gone":1}""", ContactSamples.AllFields)
            .ShouldBeEmpty();

    [Fact]
    public void Values_are_said_in_the_readers_language()
    {
        var words = new FieldWords("Sim", "Não", _brazil);

        words.Of(new FieldValue.Number(1234.5m)).ShouldBe("1.234,5");
        words.Of(new FieldValue.Date(new DateOnly(2026, 11, 21))).ShouldBe("21/11/2026");
        words.Of(new FieldValue.YesNo(false)).ShouldBe("Não");
    }

    private static FieldValue Read(ContactField field, string text, CultureInfo culture) =>
        FieldInput.Read(field, text, culture).ShouldBeOfType<FieldReading.Read>(text).Value;
}
