using WhatsAI.Core.Inbox.Search;

namespace WhatsAI.Tests.Inbox.Search;

public sealed class SearchMarksTests
{
    [Theory]
    [InlineData("O boleto não chegou, nao!", "nao ", "O boleto [não] chegou, [nao]!")]
    [InlineData("Boletos e boleto", "bol", "[Bol]etos e [bol]eto")]
    [InlineData("Boletos e boleto", "boleto ", "Boletos e [boleto]")]
    [InlineData("bom dia", "bo", "bom dia")]
    [InlineData("e\u0301poca <b>ÉPOCA</b>", "epoca", "[e\u0301poca] <b>[ÉPOCA]</b>")]
    [InlineData("bo\u200bleto \u202eboleto", "boleto", "[bo\u200bleto] \u202e[boleto]")]
    [InlineData("𝗣𝗿𝗼𝗺𝗼 hoje", "promo", "[𝗣𝗿𝗼𝗺𝗼] hoje")]
    [InlineData("nada disso", "outro", "nada disso")]
    public void Words_that_were_found_are_marked_and_the_text_stays_as_it_is(string text, string typed, string marked) =>
        Written(SearchMarks.Line(text, SearchWords.Read(typed), 200)).ShouldBe(marked);

    [Fact]
    public void Line_of_a_long_text_shows_what_was_found_with_a_little_before_it()
    {
        var text =
            string.Concat(Enumerable.Repeat("palavra ", 500)) + "agulha no palheiro" + string.Concat(Enumerable.Repeat(" depois", 500));

        var line = SearchMarks.Line(text, SearchWords.Read("agulha"), 140);

        Written(line).ShouldStartWith("…palavra ");
        Written(line).ShouldContain("[agulha] no palheiro");
        Written(line).ShouldEndWith("…");
        line.Sum(p => p.Text.Length).ShouldBeLessThanOrEqualTo(142);
    }

    [Fact]
    public void Line_is_never_cut_within_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 300));
        foreach (var longest in new[] { 99, 100 })
        {
            foreach (var piece in SearchMarks.Line(text + " agulha", SearchWords.Read("agulha"), longest))
            {
                char.IsLowSurrogate(piece.Text[0]).ShouldBeFalse();
                char.IsHighSurrogate(piece.Text[^1]).ShouldBeFalse();
            }
        }
    }

    [Theory]
    [InlineData("Ana Almeida", "a alm", "Ana [Alm]eida")]
    [InlineData("José", "jo", "[Jo]sé")]
    public void Name_is_marked_from_the_first_letter_on(string name, string typed, string marked) =>
        Written(SearchMarks.OfName(name, SearchWords.Read(typed))).ShouldBe(marked);

    [Theory]
    [InlineData("+55 11 97770-0006", "97770", "+55 11 [97770]-0006")]
    [InlineData("+55 11 97770-0006", "(11) 97770 0006", "+55 [11 97770-0006]")]
    [InlineData("+55 11 97770-0006", "ana 0006", "+55 11 97770-[0006]")]
    [InlineData("+55 11 97770-0006", "8888", "+55 11 97770-0006")]
    public void Number_is_marked_in_whatever_writing(string phone, string typed, string marked) =>
        Written(SearchMarks.OfPhone(phone, SearchWords.Read(typed))).ShouldBe(marked);

    private static string Written(IEnumerable<SearchPiece> pieces) => string.Concat(pieces.Select(p => p.Found ? $"[{p.Text}]" : p.Text));
}
