using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Layout;

public sealed class FuzzyMatchTests
{
    [Theory]
    [InlineData("Números", "numeros")]
    [InlineData("Números", "NMR")]
    [InlineData("Configurações da conta", "conf conta")]
    public void Title_with_all_letters_in_order_matches(string title, string text) => FuzzyMatch.Score(title, text).ShouldBePositive();

    [Theory]
    [InlineData("Números", "numx")]
    [InlineData("Números", "sorem")]
    [InlineData("", "a")]
    public void Title_without_a_letter_does_not_match(string title, string text) => FuzzyMatch.Score(title, text).ShouldBe(0);

    [Fact]
    public void Beginning_of_a_word_beats_its_middle() =>
        FuzzyMatch.Score("Nova conversa", "con").ShouldBeGreaterThan(FuzzyMatch.Score("Reconectar", "con"));

    [Fact]
    public void Best_keeps_the_order_for_an_empty_text()
    {
        var commands = new[] { Command.Go("g", "i", "B", "/b"), Command.Go("g", "i", "A", "/a") };

        FuzzyMatch.Best(commands, "").Select(c => c.Title).ShouldBe(["B", "A"]);
    }
}
