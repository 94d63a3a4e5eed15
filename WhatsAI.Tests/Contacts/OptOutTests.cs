using WhatsAI.Core.Contacts;

namespace WhatsAI.Tests.Contacts;

public sealed class OptOutTests
{
    private static readonly string[] _words = ["sair", "não quero mais", "STOP"];

    [Theory]
    [InlineData("sair", true)]
    [InlineData("SAIR!!!", true)]
    [InlineData(" *Sair* ", true)]
    [InlineData("stop.", true)]
    [InlineData("nao quero mais", true)]
    [InlineData("NÃO QUERO MAIS", true)]
    [InlineData("sa\u200bir", true)]
    [InlineData("quero sair do grupo", false)]
    [InlineData("não posso sair agora", false)]
    [InlineData("", false)]
    [InlineData("!!!", false)]
    [InlineData("\ud83d", false)]
    public void It_is_the_whole_message_with_case_and_accents_folded(string text, bool asked) =>
        OptOut.IsAskedBy(text, _words).ShouldBe(asked);

    [Fact]
    public void A_long_message_is_none_however_it_begins() => OptOut.IsAskedBy("sair" + new string(' ', 300), _words).ShouldBeFalse();
}
