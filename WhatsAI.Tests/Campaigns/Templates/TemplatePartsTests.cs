using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Campaigns.Templates;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Templates;

/// <summary>The parts of the editor that decide something.</summary>
public sealed class TemplatePartsTests() : ComponentContext("pt-BR")
{
    private const string Bad = "<img src=x onerror=alert(1)>";

    [Theory]
    [InlineData("Oi {{contact.cpf}}, tudo?", "bad:{{contact.cpf}}")]
    [InlineData("Oi {{contact.name}}, {{field.x|y}}!", "var:{{contact.name}} bad:{{field.x|y}}")]
    [InlineData("Oi {{contact.name", "bad:{{contact.name")]
    [InlineData("{{contact.name}} e {{contact.name {{company.name}}", "var:{{contact.name}} bad:{{contact.name {{company.name}}")]
    [InlineData("Oi", "")]
    public void What_is_wrong_is_marked_where_it_stands(string text, string marks)
    {
        var editor = Editor(text);

        editor.Find(".marks").TextContent.ShouldBe(text + "\n", "painted behind the same words");
        string.Join(' ', editor.FindAll(".marks > span").Select(s => $"{s.ClassName}:{s.TextContent}")).ShouldBe(marks);
        editor.FindAll(".variant-problems li").Count.ShouldBe(marks.Split("bad:").Length - 1);
    }

    [Fact]
    public void Place_of_a_problem_can_be_shown()
    {
        var editor = Editor("Oi {{contact.cpf}}");

        editor.Find(".variant-problems").TextContent.ShouldContain("Não existe a variável “contact.cpf”");
        editor.Find("[data-select]").GetAttribute("data-select").ShouldBe("3,18");
        editor.Find("textarea").GetAttribute("aria-invalid").ShouldBe("true");
    }

    [Fact]
    public void Empty_text_is_no_reproach_before_somebody_wants_to_save_it()
    {
        Editor("").FindAll(".variant-problems").ShouldBeEmpty();
        Editor("", saysEmpty: true).Find(".variant-problems").TextContent.ShouldContain("Escreva o texto");
    }

    [Fact]
    public void With_a_file_the_count_is_that_of_a_caption()
    {
        var editor = Editor(new string('x', 1_000) + "{{contact.name}}", limit: MessageLimits.Caption);

        editor.Find(".variant-over").TextContent.ShouldBe("até 1.100 de 1.024 caracteres");
        editor.Find(".variant-problems").TextContent.ShouldContain("1.024");
    }

    [Fact]
    public void Proposed_wording_asks_for_a_persons_approval()
    {
        var approved = false;
        var line = new VariantLine("B") { Text = "Olá", IsProposed = true };
        var editor = Editor(line, single: false, onApprove: a => approved = a);

        editor.Find(".variant-share").TextContent.ShouldBe("não enviada");
        editor.Find(".banner button").Click();

        approved.ShouldBeTrue();
        line.IsApproved = true;
        Editor(line, single: false).Find(".card-head .tag").TextContent.ShouldContain("Aprovada");
    }

    [Fact]
    public void Every_variable_can_be_put_in_and_is_called_by_its_name()
    {
        var items = Editor("").FindAll("[data-insert]");

        items
            .Select(i => i.GetAttribute("data-insert"))
            .ShouldBe([.. TemplateTextTests.Catalog.Names.Select(n => "{{" + n + "}}"), "{{campaign.valor}}"]);
        items[0].TextContent.Trim().ShouldBe("Primeiro nome");
        items.ShouldContain(i => i.TextContent.Trim() == "Último pedido");
    }

    [Fact]
    public void Preview_says_what_a_person_would_read_and_what_is_not_known_of_him()
    {
        var preview = Preview("Oi *{{contact.first_name}}*, {{field.cidade}}: {{campaign.cupom}}", ("contact.first_name", "Marina"));

        preview.Find(".bub .words").TextContent.ShouldBe("Oi Marina, [Cidade]: [Campanha: cupom]");
        preview.Find(".bub .w-bold").TextContent.ShouldBe("Marina");
        preview.Find(".preview-missing").TextContent.ShouldContain("Cidade");
        Preview("Oi {{contact.first_name|cliente}}", ("company.name", "x")).FindAll(".preview-missing").ShouldBeEmpty();
    }

    [Fact]
    public void Whatever_is_written_or_filled_in_is_text()
    {
        var preview = Preview(Bad + " {{contact.name}} javascript:alert(1)", ("contact.name", Bad + "\u202E"));

        preview.FindAll(".bub img, .bub script, .bub a").ShouldBeEmpty();
        preview.Find(".bub .words").TextContent.ShouldContain(Bad);
        Editor(Bad + "{{" + Bad + "}}").FindAll("img").ShouldBeEmpty();
    }

    [Fact]
    public void Several_wordings_stand_beside_each_other_with_their_file()
    {
        var picture = new ScheduledFile(new MediaId(Guid.NewGuid()), new ImageBody(new MediaReference("image/png", 3, "a.png")));
        var lines = new[] { "A", "B" }.Select(k => Of(new VariantLine(k) { Text = "Texto " + k })).ToArray();

        var preview = Render<TemplatePreview>(p =>
            p.Add(c => c.Lines, lines).Add(c => c.File, picture).Add(c => c.Names, Names()).Add(c => c.Shell, Shell)
        );

        preview.FindAll(".preview-key").Select(k => k.TextContent).ShouldBe(["A", "B"]);
        preview.FindAll(".cap").Select(c => c.TextContent).ShouldBe(["Texto A", "Texto B"]);
        preview.FindAll("img").ShouldAllBe(i => i.GetAttribute("src") == $"/t/aurora/media/{picture.Id}");
    }

    [Fact]
    public void Letters_stay_with_their_wordings_and_shares_are_of_those_that_are_sent()
    {
        var draft = TemplateDraft.New();
        draft.Add("b");
        draft.Add("c", proposed: true);
        draft.Variants.RemoveAt(0);

        draft.Add("novo").Key.ShouldBe("A");
        draft.Variants.Select(v => v.Key).ShouldBe(["B", "C", "A"]);
        draft.Variants[0].Weight = 3;
        draft.Variants.Select(draft.ShareOf).ShouldBe([75, 0, 25]);
    }

    [Theory]
    [InlineData(
        "Oi {{contact.name}} e {{ Contact.Name |tu}}!",
        "contact.name",
        "você",
        "Oi {{contact.name|você}} e {{Contact.Name|você}}!"
    )]
    [InlineData("Oi {{contact.name|tu}}", "contact.name", " ", "Oi {{contact.name}}")]
    [InlineData("{{a}} {{contact.name}} {{b", "contact.name", "}}x{|y", "{{a}} {{contact.name|xy}} {{b")]
    [InlineData("Oi", "contact.name", "x", "Oi")]
    public void Words_for_the_unknown_are_written_wherever_the_variable_stands(string text, string name, string words, string after) =>
        TemplateText.WithFallback(text, name, words).ShouldBe(after);

    [Fact]
    public void Name_of_a_copy_fits_however_long_the_first_is()
    {
        TemplateLooks.CopyName("Natal", "{0} (cópia)", 1).ShouldBe("Natal (cópia)");
        TemplateLooks
            .CopyName(new string('x', MessageTemplate.MaxNameLength), "{0} (cópia)", 12)
            .Length.ShouldBe(MessageTemplate.MaxNameLength);
    }

    private IRenderedComponent<VariantEditor> Editor(string text, int limit = MessageLimits.Text, bool saysEmpty = false) =>
        Editor(new VariantLine("A") { Text = text }, limit: limit, saysEmpty: saysEmpty);

    private IRenderedComponent<VariantEditor> Editor(
        VariantLine line,
        bool single = true,
        int limit = MessageLimits.Text,
        bool saysEmpty = false,
        Action<bool>? onApprove = null
    ) =>
        Render<VariantEditor>(p =>
            p.Add(c => c.Line, line)
                .Add(c => c.Reading, TemplateText.Look(line.Text, TemplateTextTests.Catalog, limit == MessageLimits.Caption))
                .Add(c => c.Catalog, TemplateTextTests.Catalog)
                .Add(c => c.Names, Names())
                .Add(c => c.Limit, limit)
                .Add(c => c.Single, single)
                .Add(c => c.SaysEmpty, saysEmpty)
                .Add(c => c.OnApprove, onApprove ?? (_ => { }))
        );

    private IRenderedComponent<TemplatePreview> Preview(string text, params (string Name, string Value)[] values) =>
        Render<TemplatePreview>(p =>
            p.Add(c => c.Lines, [Of(new VariantLine("A") { Text = text })])
                .Add(
                    c => c.Person,
                    new TemplatePerson(Contact(1), "Marina", null, new FrozenValues(values.ToDictionary(v => v.Name, v => v.Value)))
                )
                .Add(c => c.Names, Names())
                .Add(c => c.Shell, Shell)
        );

    private static (VariantLine Line, TemplateReading Reading) Of(VariantLine line) =>
        (line, TemplateText.Look(line.Text, TemplateTextTests.Catalog, hasMedia: false));

    private VariableNames Names() => new(TemplateTextTests.Catalog, Services.GetRequiredService<IStringLocalizer<TemplatesText>>());
}
