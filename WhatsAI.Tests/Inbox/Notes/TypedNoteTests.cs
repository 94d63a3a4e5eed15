using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox.Notes;

public sealed class TypedNoteTests
{
    private static readonly Mentionable _ana = Who("Ana");
    private static readonly Mentionable _anaRibeiro = Who("Ana Ribeiro");
    private static readonly Mentionable _joao = Who("João Silva");
    private static readonly Mentionable _otherJoao = Who("João Silva");
    private static readonly Mentionable[] _all = [_ana, _anaRibeiro, _joao, _otherJoao];

    [Theory]
    [InlineData("oi @Ana, veja", "Ana")]
    [InlineData("@Ana Ribeiro veja", "Ana Ribeiro")]
    [InlineData("@ana ribeiro veja", "Ana Ribeiro")]
    [InlineData("(@Ana)", "Ana")]
    [InlineData("@Anabela veja", null)]
    [InlineData("mande a fulano@Ana", null)]
    [InlineData("@Ana", "Ana")]
    [InlineData("@", null)]
    [InlineData("@@Ana", "Ana")]
    [InlineData("@ Ana", null)]
    public void Mention_is_a_whole_name_after_its_sign(string text, string? name)
    {
        var note = TypedNote.Read(text, _all, []);

        note.Mentions.Select(m => m.User).ShouldBe(_all.Where(p => p.Name == name).Select(p => p.Id).Take(1));
        string.Concat(note.Pieces().Select(p => p.Text)).ShouldBe(text);
    }

    [Fact]
    public void Of_several_with_one_name_it_is_who_was_chosen()
    {
        const string text = "@João Silva e @João Silva";

        TypedNote.Read(text, _all, []).Mentions.ShouldBeEmpty();
        Users(text, _otherJoao).ShouldBe([_otherJoao.Id, _otherJoao.Id]);
        Users(text, _joao, _otherJoao).ShouldBe([_joao.Id, _otherJoao.Id]);
        Users("@João Silva", _ana).ShouldBeEmpty();
    }

    [Fact]
    public void Who_was_chosen_and_is_not_in_the_text_is_not_mentioned() => Users("nada disso", _ana).ShouldBeEmpty();

    [Theory]
    [InlineData("", "note.empty")]
    [InlineData(" \n\t ", "note.empty")]
    [InlineData("\u200b\u200d", "note.empty")]
    [InlineData("\0\u0001", "note.empty")]
    public void Note_in_which_there_is_nothing_to_read_is_refused(string text, string key) => Refused(text).ShouldBe(key);

    [Fact]
    public void Note_is_at_most_so_long_and_mentions_at_most_so_many()
    {
        var many = Enumerable.Range(0, TypedNote.MaxMentions + 1).Select(n => Who($"P{n}x")).ToArray();
        var text = string.Join(' ', many.Select(p => "@" + p.Name));

        Refused(new string('a', TypedNote.MaxLength + 1)).ShouldBe("note.too-long");
        TypedNote.Read(new string('a', TypedNote.MaxLength), [], []).Text.Length.ShouldBe(TypedNote.MaxLength);
        Should.Throw<RuleException>(() => TypedNote.Read(text, many, [])).Key.ShouldBe("note.too-many-mentions");
        TypedNote.Read(text, many[1..], []).Mentions.Count.ShouldBe(TypedNote.MaxMentions);
    }

    [Fact]
    public void What_no_database_keeps_is_left_out()
    {
        var note = TypedNote.Read("a\0b\r\nc\ud800 d", [], []);

        note.Text.ShouldBe("ab\nc\ufffd d");
    }

    [Fact]
    public void Note_comes_back_from_its_column_as_it_was_and_shows_nothing_to_who_reads_texts()
    {
        var note = TypedNote.Read("@Ana Ribeiro <b>veja</b>", _all, []);

        var back = MessageBodyJson.Read(MessageBodyJson.Write(note)).ShouldBeOfType<NoteBody>();

        back.Text.ShouldBe(note.Text);
        back.Mentions.ShouldBe(note.Mentions);
        back.Plain.ShouldBeEmpty();
        back.Kind.IsInternal().ShouldBeTrue();
    }

    [Fact]
    public void Mention_reads_with_the_name_of_now_and_with_the_old_one_where_there_is_none()
    {
        var note = TypedNote.Read("veja, @Ana Ribeiro!", _all, []);

        note.Reading([new MentionedName(_anaRibeiro.Id, "Ana R. Souza")]).ShouldBe("veja, @Ana R. Souza!");
        note.Reading([]).ShouldBe("veja, @Ana Ribeiro!");
    }

    [Fact]
    public void Mentions_that_do_not_fit_their_text_spoil_nothing()
    {
        var body = new NoteBody("abc", [new(_ana.Id, 1, 1), new(_ana.Id, 1, 1), new(_ana.Id, -1, 2), new(_ana.Id, 2, int.MaxValue)]);

        body.Pieces().Select(p => (p.Text, p.User)).ShouldBe([("a", null), ("b", _ana.Id), ("c", null)]);
        new NoteBody("abc", null!).Pieces().ShouldHaveSingleItem();
    }

    private static IEnumerable<UserId> Users(string text, params Mentionable[] chosen) =>
        TypedNote.Read(text, _all, [.. chosen.Select(c => c.Id)]).Mentions.Select(m => m.User);

    private static string Refused(string text) => Should.Throw<RuleException>(() => TypedNote.Read(text, _all, [])).Key;

    private static Mentionable Who(string name) => new(Id.New<UserId>(DateTimeOffset.UtcNow), name);
}
