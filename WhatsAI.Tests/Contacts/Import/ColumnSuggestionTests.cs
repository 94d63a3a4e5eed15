using WhatsAI.Core.Contacts.Import;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Import;

public sealed class ColumnSuggestionTests
{
    [Theory]
    [InlineData("Nome completo;Celular;Etiquetas;Aceita receber?", "Name Phone Tags OptIn")]
    [InlineData("First Name;Last Name;Phone Number;Labels", "FirstName LastName Phone Tags")]
    [InlineData("NOME;DDD;TELEFONE;CIDADE", "Name AreaCode Phone Field:cidade")]
    [InlineData("Razão Social;WhatsApp;ultimo_pedido;CNPJ", "Name Phone Field:ultimo_pedido Nothing")]
    [InlineData("Cliente;Nome;Fone", "Name Nothing Phone")]
    public void Titles_tell_what_the_columns_hold(string titles, string expected)
    {
        var mapping = ColumnSuggestion.Of([titles.Split(';'), ["x", "y", "z"]], AllFields);

        mapping.HasHeader.ShouldBeTrue();
        string.Join(' ', mapping.Columns.Select(NameOf)).ShouldBe(expected);
    }

    [Fact]
    public void File_without_titles_shows_its_phones_itself()
    {
        var mapping = ColumnSuggestion.Of(
            [
                ["Ana", "11 95550-0142"],
                ["Bia", "(21) 98888-7777"],
                ["Eva", "?"],
            ],
            AllFields
        );

        mapping.HasHeader.ShouldBeFalse();
        mapping.Columns.Select(NameOf).ShouldBe(["Nothing", "Phone"]);
    }

    [Fact]
    public void Of_two_columns_for_phones_the_one_with_numbers_in_it_is_taken() =>
        ColumnSuggestion
            .Of(
                [
                    ["Telefone", "Celular"],
                    ["", "11 95550-0142"],
                    ["x", "11 95550-0143"],
                ],
                AllFields
            )
            .Columns.Select(NameOf)
            .ShouldBe(["Nothing", "Phone"]);

    [Fact]
    public void Unknown_title_over_numbers_is_the_phone() =>
        ColumnSuggestion
            .Of(
                [
                    ["Quem", "Para onde"],
                    ["Ana", "11955500142"],
                    ["Bia", "11955500143"],
                ],
                AllFields
            )
            .Columns.Select(NameOf)
            .ShouldBe(["Nothing", "Phone"]);

    [Fact]
    public void Empty_file_has_no_columns() => ColumnSuggestion.Of([], AllFields).Columns.ShouldBeEmpty();

    [Fact]
    public void Mapping_needs_one_phone_and_each_thing_once()
    {
        KeyOf(() => new ColumnMapping([new ColumnTarget.Name()], true).Checked()).ShouldBe("import.no-phone-column");
        KeyOf(() => new ColumnMapping([new ColumnTarget.Phone(), new ColumnTarget.Phone()], true).Checked())
            .ShouldBe("import.column-twice");
        KeyOf(() => new ColumnMapping([new ColumnTarget.Phone(), new ColumnTarget.Field("a"), new ColumnTarget.Field("a")], true).Checked())
            .ShouldBe("import.column-twice");
        new ColumnMapping(
            [
                new ColumnTarget.Phone(),
                new ColumnTarget.Tags(),
                new ColumnTarget.Tags(),
                new ColumnTarget.Nothing(),
                new ColumnTarget.Nothing(),
            ],
            true
        ).Checked();
    }

    [Fact]
    public void Mapping_is_remembered_by_the_titles_whatever_their_case()
    {
        ColumnMapping.SignatureOf(["Nome ", "TELEFONE"]).ShouldBe(ColumnMapping.SignatureOf(["nome", "Telefone"]));
        ColumnMapping.SignatureOf(["Nome", "Telefone"]).ShouldNotBe(ColumnMapping.SignatureOf(["Telefone", "Nome"]));
        ColumnMapping.SignatureOf(["a|b"]).ShouldNotBe(ColumnMapping.SignatureOf(["a", "b"]));
    }

    private static string NameOf(ColumnTarget target) => target is ColumnTarget.Field field ? $"Field:{field.Key}" : target.GetType().Name;
}
