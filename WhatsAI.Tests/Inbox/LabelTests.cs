using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Labels;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox;

public sealed class LabelTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Reclamação", "reclamacao")]
    [InlineData("  Pedido   novo ", "pedidonovo")]
    [InlineData("VIP", "vip")]
    [InlineData("a\u202Eb\u0000\nc", "abc")]
    [InlineData("💰", "💰")]
    public void Name_is_kept_on_one_line_and_compared_without_case_accents_and_spaces(string name, string folded)
    {
        var label = Of(name);

        label.FoldedName.ShouldBe(folded);
        label.Name.ShouldNotContain('\n');
        label.Name.ShouldNotContain('\u202E');
        Label.Fold(label.Name).ShouldBe(folded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200B\u202E")]
    [InlineData("\uD800")]
    [InlineData("0123456789012345678901234567890123456789x")]
    public void Name_that_cannot_be_read_or_is_too_long_is_refused(string name) =>
        Should.Throw<RuleException>(() => Of(name)).Key.ShouldBe("label.name-invalid");

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Colour_is_one_of_the_eight(int colour) =>
        Should.Throw<RuleException>(() => Of("VIP").Change("VIP", colour)).Key.ShouldBe("label.colour-invalid");

    private static Label Of(string name) => new(Id.New<LabelId>(_now), Id.New<TenantId>(_now), name, 1, _now);
}
