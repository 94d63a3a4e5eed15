using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox;

public sealed class CannedResponseTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(" /Prazo ", "prazo")]
    [InlineData("prazo-reposição", "prazo-reposição")]
    [InlineData("reposic\u0327a\u0303o", "reposição")]
    [InlineData("2a_via.boleto", "2a_via.boleto")]
    [InlineData("pra\u0000zo", "prazo")]
    public void Code_is_kept_as_it_is_typed_after_the_slash(string code, string kept) => Make(code).Code.ShouldBe(kept);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("dois nomes")]
    [InlineData("-prazo")]
    [InlineData("prazo-")]
    [InlineData("prazo--x")]
    [InlineData("a/b")]
    [InlineData("😀")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefg")]
    public void Code_that_cannot_be_typed_as_one_word_is_refused(string code) => KeyOf(() => Make(code)).ShouldBe("canned.code-invalid");

    [Theory]
    [InlineData("  Entrega ", "Entrega")]
    [InlineData(" ", null)]
    [InlineData("\u200E", null)]
    [InlineData(null, null)]
    public void Folder_is_a_name_or_none(string? folder, string? kept) => Make(folder: folder).Folder.ShouldBe(kept);

    [Fact]
    public void Folder_has_a_longest_name() =>
        KeyOf(() => Make(folder: new string('x', CannedResponse.MaxFolderLength + 1))).ShouldBe("canned.folder-too-long");

    [Fact]
    public void Text_keeps_its_lines_and_loses_what_nobody_sees() =>
        Make(text: " Oi\r\n\u0000*tudo*\tbem?\u0007 \n").Text.ShouldBe("Oi\n*tudo*\tbem?");

    [Theory]
    [InlineData("", "canned.text-empty")]
    [InlineData(" \u200B\n", "canned.text-empty")]
    [InlineData("{{contact.cpf}}", "canned.variable-unknown")]
    [InlineData("{{contact.name", "canned.variable-unclosed")]
    public void Text_that_cannot_be_sent_is_refused(string text, string why) => KeyOf(() => Make(text: text)).ShouldBe(why);

    [Fact]
    public void Text_has_the_length_that_every_gateway_takes()
    {
        Make(text: new string('x', CannedResponse.MaxTextLength)).Text.Length.ShouldBe(4_096);

        KeyOf(() => Make(text: new string('x', CannedResponse.MaxTextLength + 1))).ShouldBe("canned.text-too-long");
    }

    [Fact]
    public void Refused_change_changes_nothing()
    {
        var response = Make("prazo", "Entrega", "Oi");

        KeyOf(() => response.Rewrite("outro", "Outra", "{{x}}")).ShouldBe("canned.variable-unknown");

        (response.Code, response.Folder, response.Text).ShouldBe(("prazo", "Entrega", "Oi"));
    }

    [Fact]
    public void Place_names_whose_it_is_and_nothing_else()
    {
        var (owner, team) = (Id.New<UserId>(_now), Id.New<TeamId>(_now));
        var response = Make();

        response.Move(CannedPlace.Of(owner));
        (response.Scope, response.OwnerId, response.TeamId).ShouldBe((CannedScope.Personal, owner, null));
        response.Move(CannedPlace.Of(team));
        (response.Scope, response.OwnerId, response.TeamId).ShouldBe((CannedScope.Team, null, team));
        response.Move(CannedPlace.Tenant);
        (response.Scope, response.OwnerId, response.TeamId).ShouldBe((CannedScope.Tenant, null, null));
    }

    private static CannedResponse Make(string code = "prazo", string? folder = null, string text = "Oi") =>
        new(Id.New<CannedResponseId>(_now), Id.New<TenantId>(_now), CannedPlace.Tenant, code, folder, text, _now);

    private static string KeyOf(Action act) => Should.Throw<RuleException>(act).Key;
}
