using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Web.Inbox.Canned;

namespace WhatsAI.Tests.Inbox;

/// <summary>What the picker offers for what was typed after the slash.</summary>
public sealed class CannedHitTests
{
    private static readonly CannedValues _marina = new("Marina Albuquerque", "Ana Ribeiro", "Vendas 04", "Aurora");

    [Theory]
    [InlineData("pra", "/[pra]zo-boleto")]
    [InlineData("rep", "/prazo-[rep]osição")]
    [InlineData("posicao", "/prazo-re[posição]")]
    [InlineData("pzb", "/[p]ra[z]o-[b]oleto")]
    [InlineData("PADRAO", "/prazo-[padrão]")]
    public void Code_is_found_by_its_letters_and_shows_which(string query, string first) => Codes(query)[0].ShouldBe(first);

    [Fact]
    public void Code_comes_before_words_and_words_before_a_folder() => Codes("entrega").ShouldBe(["/[entrega]", "/prazo-padrão", "/taxa"]);

    [Fact]
    public void Nothing_typed_offers_all_as_they_come() => Codes("").Count.ShouldBe(_responses.Count);

    [Fact]
    public void What_is_nowhere_finds_nothing() => Codes("xyz").ShouldBeEmpty();

    [Fact]
    public void Line_shows_what_is_filled_what_is_missing_and_what_was_found()
    {
        var line = CannedHit.Best([Response("a", "Oi {{contact.first_name}},\né {{agent.name}} do crédito")], "credito").Single().Line;

        line.Select(p => (p.Text, p.Css, p.Marked))
            .ShouldBe([
                ("Oi ", null, false),
                ("Marina", "var", false),
                (", é ", null, false),
                ("Ana Ribeiro", "var", false),
                (" do ", null, false),
                ("crédito", null, true),
            ]);
        var missing = FilledResponse.Of(Row("a", "{{contact.name}}"), _marina with { ContactName = null }, _ => "[nome]");
        CannedHit.Best([missing], "").Single().Line.ShouldHaveSingleItem().Css.ShouldBe("var miss");
    }

    [Fact]
    public void Line_of_a_long_text_begins_a_little_before_what_was_found()
    {
        var line = CannedHit
            .Best([Response("a", new string('x', 300) + " antes do fim desconto " + new string('y', 300))], "desconto")
            .Single()
            .Line;

        line.First(p => p.Marked).Text.ShouldBe("desconto");
        (line[0].Text, line[^1].Text).ShouldBe(("…", "…"));
        line.Sum(p => p.Text.Length).ShouldBeLessThan(180);
    }

    private static readonly IReadOnlyList<FilledResponse> _responses =
    [
        Response("boas-vindas", "Olá!"),
        Response("entrega", "Saiu hoje."),
        Response("prazo-boleto", "Vence amanhã."),
        Response("prazo-padrão", "A entrega leva dois dias."),
        Response("prazo-reposição", "Chega sexta."),
        Response("taxa", "Sem custo.", "Entrega"),
    ];

    private static List<string> Codes(string query) =>
        [.. CannedHit.Best(_responses, query).Select(h => "/" + string.Concat(h.Code.Select(p => p.Marked ? $"[{p.Text}]" : p.Text)))];

    private static FilledResponse Response(string code, string text, string? folder = null) =>
        FilledResponse.Of(Row(code, text, folder), _marina, _ => "[falta]");

    private static CannedResponseRow Row(string code, string text, string? folder = null) =>
        new(Id.New<CannedResponseId>(DateTimeOffset.UnixEpoch), CannedScope.Tenant, null, null, code, folder, text, Usable: true, 1);
}
