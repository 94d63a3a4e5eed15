using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Search;

namespace WhatsAI.Tests.Inbox.Search;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("Não CHEGOU", new[] { "nao", "chegou" })]
    [InlineData("  segunda-feira, 12.50 ", new[] { "segunda", "feira", "12", "50" })]
    [InlineData("bo\u200blet\u0301o", new[] { "boleto" })]
    [InlineData("Sørensen 𝗣𝗿𝗼𝗺𝗼", new[] { "sorensen", "promo" })]
    [InlineData("'; DROP TABLE x; --", new[] { "drop", "table", "x" })]
    [InlineData("bom & (dia | !noite):* <->", new[] { "bom", "dia", "noite" })]
    public void Words_are_folded_and_nothing_else_is_left(string typed, string[] words) => SearchWords.Read(typed).Words.ShouldBe(words);

    [Theory]
    [InlineData(null, true)]
    [InlineData("  ", true)]
    [InlineData("\u200b", false)]
    public void Nothing_typed_is_nothing_looked_for(string? typed, bool empty)
    {
        SearchWords.Read(typed).IsEmpty.ShouldBe(empty);
        SearchWords.Read(typed).IsTooShort.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("👍👍", true)]
    [InlineData("ok", false)]
    [InlineData("a b", false)]
    public void One_letter_is_too_short(string typed, bool tooShort) => SearchWords.Read(typed).IsTooShort.ShouldBe(tooShort);

    [Fact]
    public void Last_word_may_go_on_until_a_space_is_typed()
    {
        SearchWords.Read("bom di").OpenEnd.ShouldBeTrue();
        SearchWords.Read("bom dia ").OpenEnd.ShouldBeFalse();
        SearchWords.Read("").OpenEnd.ShouldBeFalse();
    }

    [Fact]
    public void Text_is_cut_and_holds_nothing_that_a_database_cannot_keep()
    {
        var read = SearchWords.Read("a\0b\ud800c" + string.Concat(Enumerable.Repeat("😀", 200)));

        read.Text.ShouldStartWith("a b c");
        read.Text.Length.ShouldBeLessThanOrEqualTo(SearchWords.Longest);
        read.Text.EnumerateRunes().ShouldNotContain(System.Text.Rune.ReplacementChar);
        SearchWords.Read(string.Join(' ', Enumerable.Repeat("um", 40))).Words.Count.ShouldBe(SearchWords.MostWords);
    }

    [Theory]
    [InlineData("(11) 97770-0006", new[] { "11977700006", "5511977700006" })]
    [InlineData("11 7770-0006", new[] { "1177700006", "5511977700006" })]
    [InlineData("+55 11 97770-0006", new[] { "5511977700006" })]
    [InlineData("011 97770 0006", new[] { "011977700006", "11977700006", "5511977700006" })]
    [InlineData("97770", new[] { "97770" })]
    [InlineData("12", new string[0])]
    [InlineData("pedido 97770", new string[0])]
    [InlineData("1234567890123456", new string[0])]
    public void Digits_are_read_in_any_writing_of_a_number(string typed, string[] digits) =>
        SearchWords.Read(typed).Digits.ShouldBe(digits);

    [Fact]
    public void Folded_letter_knows_where_it_came_from()
    {
        var folded = FoldedText.Of("É 𝗣\u200b!");

        folded.Text.ShouldBe("e p!");
        folded.Origins.ShouldBe([0, 1, 2, 5]);
    }
}
