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

    [Theory]
    [InlineData("prazo-reposição", "rep", new[] { 6, 7, 8 })]
    [InlineData("prazo-reposição", "CAO", new[] { 12, 13, 14 })]
    [InlineData("prazo", "pz", new[] { 0, 3 })]
    [InlineData("😀 olá", "ola", new[] { 3, 4, 5 })]
    [InlineData("re\u0301gua", "regua", new[] { 0, 1, 3, 4, 5 })]
    [InlineData("prazo", "x", new int[0])]
    [InlineData("prazo", " ", new int[0])]
    public void Letters_found_are_in_a_row_where_they_can_be(string title, string text, int[] at) =>
        FuzzyMatch.Find(title, text).At.ShouldBe(at);

    [Theory]
    [InlineData("Sem crédito hoje", "credito", 4, 11)]
    [InlineData("acontece um conto", "conte", 1, 6)]
    [InlineData("acontece um conto", "cont", 12, 16)]
    [InlineData("a\u0301a\u0301", "aa", 0, 4)]
    public void Phrase_is_found_at_the_beginning_of_a_word_if_it_is_there(string text, string words, int from, int to) =>
        FuzzyMatch.Phrase(text, words).ShouldBe(from..to);

    [Theory]
    [InlineData("Sem crédito", "credo")]
    [InlineData("Sem crédito", "")]
    [InlineData("", "a")]
    public void Phrase_that_is_not_there_is_nowhere(string text, string words) => FuzzyMatch.Phrase(text, words).ShouldBeNull();

    [Fact]
    public void Best_keeps_the_order_for_an_empty_text()
    {
        var commands = new[] { Command.Go("g", "i", "B", "/b"), Command.Go("g", "i", "A", "/a") };

        FuzzyMatch.Best(commands, "").Select(c => c.Title).ShouldBe(["B", "A"]);
    }
}
