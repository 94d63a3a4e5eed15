using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Messaging;
using WhatsAI.Tests.Contacts;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Templates;

public sealed class TemplateTextTests
{
    internal static readonly TemplateCatalog Catalog = new(AllFields.ToDictionary(f => f.Key), new HashSet<string> { "cupom" });

    private static readonly TemplateValues _marina = new(
        "Marina  Albuquerque",
        "Distribuidora Aurora",
        new Dictionary<string, FieldValue>
        {
            ["cidade"] = new FieldValue.Text("Santo André"),
            ["total_no_ano"] = new FieldValue.Number(5000.5m),
            ["ultimo_pedido"] = new FieldValue.Date(new DateOnly(2026, 11, 2)),
            ["vip"] = new FieldValue.YesNo(true),
        },
        new Dictionary<string, string> { ["cupom"] = "DEZ" },
        new FieldWords("sim", "não", CultureInfo.GetCultureInfo("pt-BR"))
    );

    [Theory]
    [InlineData("Oi {{contact.first_name|cliente}}, só {{campaign.dia}}!", "Oi cliente, só …!")]
    [InlineData("{{contact.first_name}}", "…")]
    [InlineData("", "")]
    public void Gist_reads_like_a_message(string text, string gist) => TemplateText.Launched(text).Gist.ShouldBe(gist);

    [Fact]
    public void Variables_are_filled_with_what_is_known() =>
        Fill(
                "Oi, {{contact.first_name}} ({{ Contact.Name }}) de {{field.cidade}}: {{field.total_no_ano}}, {{field.ultimo_pedido}}, {{field.vip}}, {{campaign.cupom}}. {{company.name}}"
            )
            .ShouldBe(
                new TemplateFilling(
                    "Oi, Marina (Marina Albuquerque) de Santo André: 5.000,5, 02/11/2026, sim, DEZ. Distribuidora Aurora",
                    []
                ),
                FillingComparer
            );

    [Fact]
    public void Unknown_value_takes_its_words_or_is_missing()
    {
        Fill("{{field.porte|porte não informado}}{{field.porte|}}").Text.ShouldBe("porte não informado");
        Fill("Olá {{field.porte}}, {{field.porte}}").Missing.ShouldBe(["field.porte"]);
        Fill("Olá {{contact.first_name|cliente}}", _marina with { ContactName = "❤" }).Text.ShouldBe("Olá cliente");
    }

    [Fact]
    public void What_is_filled_in_is_never_read_again()
    {
        var values = _marina with { ContactName = "{{company.name}} \u202e\nX" };

        Fill("{{contact.name}}", values).Text.ShouldBe("{{company.name}} X");
    }

    [Theory]
    [InlineData("Oi {{contact.cpf}}", "template-bad.variable-unknown", 3, 15, "contact.cpf")]
    [InlineData("{{field.cpf}}", "template-bad.variable-unknown", 0, 13, "field.cpf")]
    [InlineData("{{campaign.preco}}", "template-bad.variable-unknown", 0, 18, "campaign.preco")]
    [InlineData("{{}}", "template-bad.variable-unknown", 0, 4, "")]
    [InlineData("Oi {{contact.name", "template-bad.variable-unclosed", 3, 14, null)]
    [InlineData("{{contact.name {{company.name}}", "template-bad.variable-unclosed", 0, 31, null)]
    [InlineData(" \u200b\n", "template-bad.empty", 0, 3, null)]
    public void What_is_wrong_is_said_while_it_is_written(string text, string key, int start, int length, string? value)
    {
        TemplateText.Problems(text, Catalog, hasMedia: false).ShouldBe([new TemplateProblem(key, start, length, value)]);
        KeyOf(() => TemplateText.Parse(text, Catalog, hasMedia: false)).ShouldBe("template.text-invalid");
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        TemplateText.Problems("{{a}} {{contact.name}} {{b}} {{", Catalog, hasMedia: false).Select(p => p.Start).ShouldBe([0, 23, 29]);

    [Fact]
    public void Text_that_may_become_too_long_for_somebody_is_refused_while_it_is_written()
    {
        var caption = new string('x', MessageLimits.Caption - 100) + "{{contact.name}}";

        TemplateText.Problems(caption, Catalog, hasMedia: true).ShouldBeEmpty();
        TemplateText.Problems("y" + caption, Catalog, hasMedia: true).ShouldHaveSingleItem().Key.ShouldBe("template-bad.too-long");
        TemplateText.Problems("y" + caption, Catalog, hasMedia: false).ShouldBeEmpty();
        TemplateText
            .Problems(new string('x', MessageLimits.Text + 1), Catalog, hasMedia: false)
            .ShouldHaveSingleItem()
            .Key.ShouldBe("template-bad.too-long");
        TemplateText
            .Problems("{{contact.name|" + new string('x', MessageLimits.Caption + 1) + "}}", Catalog, hasMedia: true)
            .ShouldHaveSingleItem();
    }

    [Fact]
    public void What_is_fixed_at_launch_suffices_for_each_variant_and_is_nothing_more()
    {
        TemplateText[] variants =
        [
            TemplateText.Parse("Oi {{contact.first_name}}, {{field.porte|cliente}}", Catalog, hasMedia: false),
            TemplateText.Parse("{{field.cidade}}: {{campaign.cupom}}", Catalog, hasMedia: false),
        ];

        var frozen = FrozenValues.Of(variants, _marina);

        frozen.Values.Keys.ShouldBe(["contact.first_name", "field.cidade", "campaign.cupom"], ignoreOrder: true);
        variants.Select(v => v.Fill(frozen).Text).ShouldBe(variants.Select(v => v.Fill(_marina).Text));
        frozen.HasHole(variants).ShouldBeFalse();
        FrozenValues.Of(variants, _marina with { ContactName = null }).HasHole(variants).ShouldBeTrue();
        JsonSerializer.Deserialize<FrozenValues>(JsonSerializer.Serialize(frozen)).ShouldBe(frozen);
    }

    [Fact]
    public void Everything_that_is_offered_is_known() =>
        Catalog.Names.ShouldAllBe(name => TemplateText.Problems("{{" + name + "}}", Catalog, false).Count == 0);

    [Fact]
    public void No_filled_text_is_longer_than_was_promised() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                Gen.Elements("x", "{{contact.name}}", "{{field.cidade|aqui}}", "{{campaign.cupom|}}", "\n", "{{company.name}}", "ção")
                    .NonEmptyListOf()
                    .Select(l => string.Concat(l))
                    .ToArbitrary(),
                ArbMap.Default.ArbFor<NonEmptyString>(),
                (text, value) =>
                {
                    var template = TemplateText.Parse("a" + text, Catalog, hasMedia: false);
                    var hostile = string.Concat(Enumerable.Repeat(value.Get, 200));
                    var filled = template.Fill(
                        _marina with
                        {
                            ContactName = hostile,
                            CompanyName = hostile,
                            Campaign = new Dictionary<string, string> { ["cupom"] = hostile },
                            Fields = new Dictionary<string, FieldValue> { ["cidade"] = new FieldValue.Text(hostile) },
                        }
                    );
                    filled.Text.Length.ShouldBeLessThanOrEqualTo(template.Longest);
                }
            )
        );

    private static IEqualityComparer<TemplateFilling> FillingComparer { get; } =
        EqualityComparer<TemplateFilling>.Create((a, b) => a!.Text == b!.Text && a.Missing.SequenceEqual(b.Missing), f => f.Text.Length);

    private static TemplateFilling Fill(string text, TemplateValues? values = null) =>
        TemplateText.Parse(text, Catalog, hasMedia: false).Fill(values ?? _marina);
}
