using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class CannedTemplateTests
{
    private static readonly CannedValues _marina = new("Marina Albuquerque", "Ana Ribeiro", "Vendas 04", "Distribuidora Aurora");

    [Theory]
    [InlineData("Oi, {{contact.first_name}}!", "Oi, Marina!")]
    [InlineData("{{contact.name}}", "Marina Albuquerque")]
    [InlineData("Aqui é {{agent.name}}, ou {{agent.first_name}}", "Aqui é Ana Ribeiro, ou Ana")]
    [InlineData("{{number.name}} da {{company.name}}", "Vendas 04 da Distribuidora Aurora")]
    [InlineData("{{ Contact.First_Name }}{{contact.first_name}}", "MarinaMarina")]
    [InlineData("{{contact.first_name|cliente}}", "Marina")]
    [InlineData("chaves {sozinhas} e }} ficam", "chaves {sozinhas} e }} ficam")]
    [InlineData("", "")]
    public void Text_is_filled_with_what_is_known(string template, string filled) => Fill(template, _marina).Text.ShouldBe(filled);

    [Theory]
    [InlineData("Oi, {{contact.first_name|cliente}}!", "Oi, cliente!")]
    [InlineData("Oi{{contact.first_name| tudo bem | sim }}!", "Oitudo bem | sim!")]
    [InlineData("Oi{{contact.first_name|}}!", "Oi!")]
    public void Words_after_the_bar_stand_for_what_is_not_known(string template, string filled)
    {
        var filling = Fill(template, _marina with { ContactName = null });

        filling.Text.ShouldBe(filled);
        filling.Slots.ShouldAllBe(s => s.Filled);
    }

    [Fact]
    public void Nothing_known_and_nothing_to_say_for_it_leaves_a_place_to_fill_in()
    {
        var filling = Fill("Oi, {{contact.first_name}}. Sou {{agent.first_name}}.", _marina with { ContactName = null });

        filling.Text.ShouldBe("Oi, <ContactFirstName>. Sou Ana.");
        filling.Slots.ShouldBe([
            new CannedSlot(4, 18, CannedVariable.ContactFirstName, Filled: false),
            new CannedSlot(28, 3, CannedVariable.AgentFirstName, Filled: true),
        ]);
    }

    [Theory]
    [InlineData("{{agent.name}}")]
    [InlineData("{{contact.name|x}}")]
    [InlineData("}}a{{")]
    public void Name_that_looks_like_a_variable_is_not_read_as_one(string name)
    {
        var filling = Fill("Oi, {{contact.name}}. {{agent.first_name}}", _marina with { ContactName = name });

        filling.Text.ShouldBe($"Oi, {name}. Ana");
        filling.Slots.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("{{contact.cpf}}", "contact.cpf")]
    [InlineData("{{}}", "")]
    [InlineData("{{contact}}", "contact")]
    [InlineData("a {{{contact.name}}} b", "{contact.name")]
    [InlineData("{{nobody|x}}", "nobody")]
    public void Variable_that_there_is_not_is_refused_by_its_name(string template, string name)
    {
        var broken = Should.Throw<RuleException>(() => CannedTemplate.Parse(template));

        broken.Key.ShouldBe("canned.variable-unknown");
        broken.Values.ShouldBe([name]);
    }

    [Theory]
    [InlineData("Oi, {{contact.name")]
    [InlineData("Oi, {{contact.name}")]
    [InlineData("{{contact.name|{{agent.name}}}}")]
    [InlineData("{{")]
    public void Variable_that_does_not_end_is_refused(string template) =>
        Should.Throw<RuleException>(() => CannedTemplate.Parse(template)).Key.ShouldBe("canned.variable-unclosed");

    [Fact]
    public void Every_variable_is_read_as_it_is_written()
    {
        CannedVariables.All.ShouldBe(Enum.GetValues<CannedVariable>());
        foreach (var variable in CannedVariables.All)
        {
            var slot = Fill(CannedTemplate.Write(variable), _marina).Slots.ShouldHaveSingleItem();
            (slot.Variable, slot.Filled).ShouldBe((variable, true));
        }
    }

    [Theory]
    [InlineData("~ ❤ Marina 💐", "Marina", "~ ❤ Marina 💐")]
    [InlineData("  Marina\n\u0000 Albuquerque  ", "Marina", "Marina Albuquerque")]
    [InlineData("\u202EMarina\u200B Sá", "Marina", "Marina Sá")]
    [InlineData("👩‍🌾 Rita", "Rita", "👩‍🌾 Rita")]
    [InlineData("💐", null, null)]
    [InlineData("+55 11 95550-0142", null, null)]
    [InlineData("\u200E", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, null, null)]
    public void Name_is_what_a_person_would_read(string? name, string? first, string? whole)
    {
        var values = _marina with { ContactName = name };

        values.Of(CannedVariable.ContactFirstName).ShouldBe(first);
        values.Of(CannedVariable.ContactName).ShouldBe(whole);
    }

    [Fact]
    public void Name_fills_no_more_than_a_line()
    {
        var values = _marina with { ContactName = new string('a', CannedValues.Longest - 1) + "😀😀" };

        values.Of(CannedVariable.ContactName).ShouldBe(new string('a', CannedValues.Longest - 1));
    }

    private static CannedFilling Fill(string template, CannedValues values) => CannedTemplate.Parse(template).Fill(values, v => $"<{v}>");
}
