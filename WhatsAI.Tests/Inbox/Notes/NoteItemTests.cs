using Bunit;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox.Notes;

public sealed class NoteItemTests : ComponentContext
{
    private static readonly UserId _bia = Id.New<UserId>(Rows.Noon);

    [Fact]
    public void Note_shows_its_words_as_text_and_who_is_meant_by_the_name_of_now()
    {
        var item = Item("<img src=x onerror=y> @Bia *b*", new NoteMention(_bia, 22, 4), Rows.Me, names: (_bia, "Bia <i>Souza</i>"));

        item.FindAll("img, i:not(.there), script").ShouldBeEmpty();
        item.Find(".mention").TextContent.ShouldBe("@Bia <i>Souza</i>");
        item.Find(".note-words").TextContent.ShouldBe("<img src=x onerror=y> @Bia <i>Souza</i> b");
        item.Find(".who").TextContent.ShouldBe("lockPrivate note · you");
        item.FindAll("[data-in]").ShouldBeEmpty();
    }

    [Fact]
    public void Who_left_keeps_the_name_he_had() =>
        Item("@Bia olhe", new NoteMention(_bia, 0, 4), Rows.Me).Find(".mention").TextContent.ShouldBe("@Bia");

    [Fact]
    public void Only_its_author_gets_buttons_and_none_to_answer_or_react()
    {
        var mine = Item("oi", null, Rows.Me);
        var theirs = Item("oi", null, _bia);

        mine.FindAll(".msg-tools button").ShouldHaveSingleItem().HasAttribute("data-delete").ShouldBeTrue();
        mine.FindAll("[data-do]").ShouldBeEmpty();
        theirs.FindAll("button").ShouldBeEmpty();
    }

    [Fact]
    public void Deleted_note_says_so_and_offers_nothing()
    {
        var item = Draw(Row("", null, Rows.Me) with { DeletedAt = Rows.Noon, EditedAt = Rows.Noon });

        item.Find(".gone").TextContent.ShouldContain("The note was deleted");
        item.FindAll(".note-words, button").ShouldBeEmpty();
        item.Find(".meta").TextContent.ShouldNotContain("edited");
    }

    private IRenderedComponent<MessageItem> Item(
        string text,
        NoteMention? mention,
        UserId author,
        params (UserId Id, string Name)[] names
    ) => Draw(Row(text, mention, author) with { Mentioned = [.. names.Select(n => new MentionedName(n.Id, n.Name))] });

    private static MessageRow Row(string text, NoteMention? mention, UserId author) =>
        Rows.Message(1, ours: true, body: new NoteBody(text, mention is null ? [] : [mention])) with
        {
            AuthorId = author,
            HasProviderId = false,
            Delivery = null,
        };

    private IRenderedComponent<MessageItem> Draw(MessageRow row) =>
        Render<MessageItem>(p =>
            p.Add(i => i.Row, row)
                .Add(i => i.Thread, new ThreadContext(Shell, "Marina", "key", null, Rows.Me, MayReply: true, MayResend: true))
        );
}
