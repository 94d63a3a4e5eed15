using Bunit;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class MessageItemTests : ComponentContext
{
    private static readonly ThreadContext _thread = new(Shell, "Marina", "key", null, Rows.Me, MayReply: true, MayResend: true);

    [Fact]
    public void What_a_customer_writes_is_text_whatever_it_holds()
    {
        var item = Item(Rows.Message(1, body: new TextBody("<script>alert(1)</script><img src=x onerror=y> *b*")));

        item.FindAll("script, img").ShouldBeEmpty();
        item.Find(".words").TextContent.ShouldBe("<script>alert(1)</script><img src=x onerror=y> b");
        item.Find(".w-bold").TextContent.ShouldBe("b");
    }

    [Fact]
    public void Words_keep_their_lines_and_gain_no_space()
    {
        var item = Item(Rows.Message(1, body: new TextBody("a *b* c\nhttps://a.example `d`")));

        item.Find(".words").TextContent.ShouldBe("a b c\nhttps://a.example d");
        item.Find(".words a").GetAttribute("rel").ShouldBe("noopener noreferrer nofollow");
    }

    [Fact]
    public void Failed_message_says_why_and_offers_a_retry()
    {
        var item = Item(Rows.Message(1, ours: true, delivery: DeliveryState.Failed, reason: "failed.not-connected"));

        item.Find(".fail-line").TextContent.ShouldContain("Not sent: the number was not connected");
        item.Find(".fail-line button").GetAttribute("data-do").ShouldBe("retry");
    }

    [Fact]
    public void Reason_nobody_has_words_for_is_said_to_be_unknown() =>
        Item(Rows.Message(1, ours: true, delivery: DeliveryState.Failed, reason: "failed.of-a-later-version"))
            .Find(".fail-line")
            .TextContent.ShouldContain("the reason is not known");

    [Fact]
    public void Skipped_message_offers_no_retry() =>
        Item(Rows.Message(1, ours: true, delivery: DeliveryState.Skipped, reason: "skipped.opted-out"))
            .FindAll(".fail-line button")
            .ShouldBeEmpty();

    [Fact]
    public void Message_in_doubt_is_shown_as_such_and_resent_only_by_who_may()
    {
        var row = Rows.Message(1, ours: true, delivery: DeliveryState.Unconfirmed);

        Item(row).Find(".fail-line.doubt button").TextContent.ShouldBe("Send again anyway");
        Item(row with { Reason = "unconfirmed.interrupted" })
            .Find(".fail-line.doubt")
            .TextContent.ShouldContain("it may have gone out or not: the console stopped while sending");
        Item(row, _thread with { MayResend = false }).FindAll(".fail-line button").ShouldBeEmpty();
    }

    [Fact]
    public void Waiting_message_says_for_what() =>
        Item(Rows.Message(1, ours: true, delivery: DeliveryState.Queued, reason: "waiting.not-connected"))
            .Find(".fail-line.wait")
            .TextContent.ShouldContain("Waits until the number is connected");

    [Fact]
    public void Line_is_read_in_ones_own_language() =>
        Item(Rows.Message(1, ours: true, body: new LineBody("line.resolved", ["Ana <b>"])))
            .Find(".sys bdi")
            .InnerHtml.ShouldBe("Ana &lt;b&gt; resolved the conversation");

    [Fact]
    public void Deleted_message_keeps_its_place_and_loses_its_words()
    {
        var item = Item(Rows.Message(1) with { DeletedAt = Rows.Noon, Reactions = [new ReactionCount("👍", 1, Mine: true)] });

        item.FindAll(".react, .msg.r").ShouldBeEmpty();

        item.Find(".gone").TextContent.ShouldContain("This message was deleted");
        item.FindAll(".words").ShouldBeEmpty();
        item.FindAll(".msg-tools").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("\u200B\u202E\u2060")]
    public void Message_without_words_is_said_to_be_blank_and_not_deleted(string text)
    {
        Item(Rows.Message(1, body: new TextBody(text))).Find(".bub .gone").TextContent.ShouldBe("Blank message");
        var quote = new QuoteRow(Rows.Message(1).Id, MessageKind.Text, text, Ours: false, null, null, Deleted: false);
        Item(Rows.Message(2) with { Quote = quote }).Find(".quote .lines").TextContent.ShouldBe("Blank message");
        Item(Rows.Message(2) with { Quote = quote with { Deleted = true } }).Find(".quote .lines").TextContent.ShouldContain("deleted");
    }

    [Fact]
    public void Cards_phones_and_reactions_that_repeat_are_drawn_as_often()
    {
        var card = new ContactCard("Rui", ["+55 11 95550-0177", "+55 11 95550-0177"]);
        var row = Rows.Message(1, body: new ContactsBody([card, card, new ContactCard("", []), new ContactCard("", [])]));
        row = row with { Reactions = [new ReactionCount("👍", 1, Mine: false), new ReactionCount("👍", 2, Mine: true)] };

        var item = Item(row);

        item.FindAll(".card-line").Count.ShouldBe(4);
        item.FindAll(".card-line .num").Count.ShouldBe(4);
        item.FindAll(".react span").Count.ShouldBe(2);
    }

    [Fact]
    public void Edit_and_delete_have_a_button_of_their_own_that_says_so()
    {
        var young = Rows.Message(0, ours: true) with { SentAt = Time.GetUtcNow().AddMinutes(-14) };

        Tools(young).ShouldBe(["Reply", "React", "Edit or delete"]);
        Tools(young with { SentAt = Time.GetUtcNow().AddHours(-1) }).ShouldBe(["Reply", "React", "Delete for everyone"]);
        Tools(Rows.Message(1)).ShouldBe(["Reply", "React"]);
        var opener = Item(young).Find(".msg-tools > button[aria-label='Edit or delete']");
        opener.GetAttribute("aria-haspopup").ShouldBe("menu");
        opener.GetAttribute("aria-expanded").ShouldBe("false");
        opener.HasAttribute("tabindex").ShouldBeFalse();

        List<string?> Tools(MessageRow row) => [.. Item(row).FindAll(".msg-tools > button").Select(b => b.GetAttribute("aria-label"))];
    }

    [Fact]
    public void Long_text_is_cut_until_it_is_asked_for()
    {
        var text = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"line {i}"));
        var item = Item(Rows.Message(1, body: new TextBody(text)));

        item.Find(".words").TextContent.ShouldEndWith("line 19…");
        item.Find("[data-read-more]").Click();
        item.Find(".words").TextContent.ShouldBe(text);
        item.Find("[data-read-more]").TextContent.ShouldBe("Show less");
        Item(Rows.Message(1, body: new TextBody(text[..100]))).FindAll("[data-read-more]").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1_500, -1)]
    [InlineData(1_501, 1_000)]
    [InlineData(65_536, 1_000)]
    public void Excerpt_is_short_and_of_whole_characters(int length, int cut)
    {
        (Excerpt.Of(new string('a', length))?.Length ?? -1).ShouldBe(cut);
        var faces = "a" + string.Concat(Enumerable.Repeat("😀", length / 2));
        (Excerpt.Of(faces) is not { } shown || !char.IsHighSurrogate(shown[^1])).ShouldBeTrue();
        (Excerpt.Of(string.Concat(Enumerable.Repeat("word ", length))) ?? "word").ShouldEndWith("word");
    }

    [Fact]
    public void Edit_is_offered_for_fifteen_minutes()
    {
        var young = Rows.Message(0, ours: true) with { SentAt = Time.GetUtcNow().AddMinutes(-14) };

        Offers(young).ShouldBe("data-edit data-delete");
        Offers(young with { SentAt = Time.GetUtcNow().AddMinutes(-15) }).ShouldBe("data-delete");
        Offers(young with { Delivery = DeliveryState.Failed }).ShouldBe("");

        string Offers(MessageRow row) =>
            string.Join(' ', new[] { "data-edit", "data-delete" }.Where(a => Item(row).FindAll($".msg-tools [{a}]").Count == 1));
    }

    [Theory]
    [InlineData(DeliveryState.Queued, "schedule", "Waiting to be sent")]
    [InlineData(DeliveryState.Sent, "check", "Sent")]
    [InlineData(DeliveryState.Delivered, "done_all", "Delivered")]
    [InlineData(DeliveryState.Read, "done_all", "Read")]
    public void Tick_has_a_word(DeliveryState state, string icon, string word)
    {
        var tick = Item(Rows.Message(1, ours: true, delivery: state)).Find(".meta .tick");

        (tick.TextContent, tick.GetAttribute("aria-label")).ShouldBe((icon, word));
    }

    [Fact]
    public void Every_kind_of_message_is_drawn()
    {
        var file = new MediaReference("image/jpeg", 2048, "a.pdf");
        MessageBody[] bodies =
        [
            new ImageBody(file, "caption"),
            new VideoBody(file),
            new AudioBody(file, Voice: true, Seconds: 21),
            new DocumentBody(file, Pages: 2),
            new StickerBody(file),
            new LocationBody(-23.5, -46.6, "Loja"),
            new ContactsBody([new ContactCard("Rogério", ["+55 11 95550-0177"])]),
            new PollBody("Que dia?", ["Terça", "Quarta"], 1),
            new ChoiceBody(MenuForm.Buttons, "1", "Quero"),
            new MenuBody(MenuForm.List, "Menu", "Escolha", null, [new MenuOption("1", "Um")]),
            new UnsupportedBody("newsletterAdminInvite"),
        ];
        foreach (var body in bodies)
        {
            var media = body.File is null ? null : new MediaRow(new MediaId(Guid.NewGuid()), MediaState.Ready, "image/jpeg", 2048, "a.pdf");
            Item(Rows.Message(1, body: body) with { Media = media }).Find(".bub").TextContent.ShouldNotBeEmpty(body.Kind.ToString());
        }
    }

    [Fact]
    public void File_that_is_not_here_yet_or_never_comes_is_said()
    {
        var row = Rows.Message(1, body: new ImageBody(new MediaReference("image/jpeg", 2048)));

        Item(row with { Media = new MediaRow(null, MediaState.Pending, "image/jpeg", 2048, null) })
            .Find(".media-wait")
            .TextContent.ShouldContain("Fetching the file");
        Item(row with { Media = new MediaRow(null, MediaState.Failed, "image/jpeg", 2048, null) })
            .Find(".media-wait.failed")
            .TextContent.ShouldContain("could not be fetched");
    }

    [Fact]
    public void Place_leads_to_a_map_and_fetches_none()
    {
        var item = Item(Rows.Message(1, body: new LocationBody(-23.5505, -46.6333, "Loja")));

        item.Find("a.map")
            .GetAttribute("href")
            .ShouldBe("https://www.openstreetmap.org/?mlat=-23.5505&mlon=-46.6333#map=16/-23.5505/-46.6333");
        item.FindAll("img").ShouldBeEmpty();
    }

    [Fact]
    public void Own_reaction_is_known_to_the_menu_and_reactions_of_others_are_not()
    {
        var row = Rows.Message(1) with { Reactions = [new ReactionCount("👍", 2, Mine: false), new ReactionCount("🙏", 1, Mine: true)] };

        Item(row).Find(".msg").GetAttribute("data-mine").ShouldBe("🙏");
        Item(row with { Reactions = [new ReactionCount("👍", 2, Mine: false)] }).Find(".msg").HasAttribute("data-mine").ShouldBeFalse();
        var offered = Render<MessageMenus>().FindAll("#message-react [data-do=react]");
        offered.Select(b => b.GetAttribute("data-emoji")).ShouldBe(MessageTools.Quick);
    }

    // A thread is drawn at every tick of one message; the others are not.
    [Fact]
    public void Message_is_drawn_again_only_when_it_changed()
    {
        var row = Rows.Message(1);
        var item = Item(row);

        item.Render(p => p.Add(m => m.Row, row).Add(m => m.Thread, _thread with { }));
        item.RenderCount.ShouldBe(1);

        item.Render(p => p.Add(m => m.Row, row with { EditedAt = Rows.Noon }));
        item.RenderCount.ShouldBe(2);
        item.Find(".meta").TextContent.ShouldContain("edited");
    }

    // What a thousand open threads cost: fifty of these each.
    [Fact]
    public void Ordinary_message_is_one_component_without_handlers()
    {
        var items = new[] { Item(Rows.Message(1)), Item(Rows.Message(2, ours: true)) };

        items.ShouldAllBe(i => i.FindComponents<Avatar>().Count == 0);
        items.ShouldAllBe(i => i.FindComponents<TextContent>().Count == 0 && i.FindComponents<MessageContent>().Count == 0);
        items.ShouldAllBe(i => !i.Markup.Contains("blazor:on", StringComparison.Ordinal));
    }

    private IRenderedComponent<MessageItem> Item(MessageRow row, ThreadContext? thread = null) =>
        Render<MessageItem>(p => p.Add(m => m.Row, row).Add(m => m.Thread, thread ?? _thread));
}
