using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class InboxListTests
{
    private readonly ConversationRow _new = Rows.Conversation(30);
    private readonly ConversationRow _middle = Rows.Conversation(20);
    private readonly ConversationRow _old = Rows.Conversation(10);
    private readonly InboxList _list = new();

    public InboxListTests() => _list.Show(new InboxFilter(), new ConversationPage([_new, _middle, _old], More: false));

    [Fact]
    public void Changed_row_goes_to_its_place()
    {
        _list.Apply([At(_old, 40)]);

        _list.Rows.Select(r => r.Id).ShouldBe([_old.Id, _new.Id, _middle.Id]);
    }

    [Fact]
    public void New_row_comes_in_where_it_belongs()
    {
        var row = Rows.Conversation(25);

        _list.Apply([row]);

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, row.Id, _middle.Id, _old.Id]);
    }

    [Fact]
    public void Row_that_no_longer_fits_the_filter_leaves()
    {
        _list.Apply([_middle with { Status = ConversationStatus.Resolved }, Rows.Conversation(50, status: ConversationStatus.Pending)]);

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _old.Id]);
    }

    [Fact]
    public void Rows_of_one_second_keep_one_order_however_they_came()
    {
        var rows = Enumerable.Range(0, 6).Select(i => Rows.Conversation(5, id: Same(i))).ToArray();
        ConversationId[] newest = [.. Enumerable.Range(0, 6).Reverse().Select(Same)];

        _list.Show(new InboxFilter(), new ConversationPage([.. rows.Reverse()], More: false));
        _list.Apply([rows[3], rows[0], rows[5]]);
        _list.Rows.Select(r => r.Id).ShouldBe(newest, "moved live");

        _list.Show(new InboxFilter(), new ConversationPage([rows[5], rows[4]], More: true));
        _list.Apply([rows[4]]);
        _list.Append(new ConversationPage([rows[3], rows[2], rows[1], rows[0]], More: false));
        _list.Rows.Select(r => r.Id).ShouldBe(newest, "by pages");

        _list.Show(new InboxFilter(), new ConversationPage([], More: false));
        _list.Apply([rows[2], rows[4], rows[0], rows[1], rows[5], rows[3]]);
        _list.Rows.Select(r => r.Id).ShouldBe(newest, "come in live");

        static ConversationId Same(int i) => new(new Guid($"0199f0b0-0000-7000-8000-{i:D12}"));
    }

    [Fact]
    public void Change_that_comes_while_a_page_is_read_is_not_lost()
    {
        var pending = Rows.Conversation(15, status: ConversationStatus.Pending);
        _list.Expect();
        _list.Apply([pending, _old with { Status = ConversationStatus.Pending, LastAt = Rows.Noon.AddMinutes(40) }]);

        _list.Show(new InboxFilter(ConversationStatus.Pending), new ConversationPage([], More: false));
        _list.Rows.Select(r => r.Id).ShouldBe([_old.Id, pending.Id]);

        _list.Show(new InboxFilter(), new ConversationPage([_new], More: false));
        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id], "what a page was read after is in it");
    }

    [Fact]
    public void Held_list_counts_every_row_that_would_move_up()
    {
        _list.Hold(true);

        _list.Apply([At(_old, 25)]);

        _list.Waiting.ShouldBe(1, "over the middle one, though not to the top");
    }

    [Fact]
    public void Held_list_says_what_is_new_and_moves_nothing()
    {
        _list.Hold(true);

        _list.Apply([At(_old, 40) with { LastPreview = "novo" }, Rows.Conversation(50)]);

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _middle.Id, _old.Id]);
        _list.Rows[2].LastPreview.ShouldBe("novo");
        _list.Waiting.ShouldBe(2);
    }

    [Fact]
    public void Let_go_every_row_goes_to_its_place()
    {
        _list.Hold(true);
        _list.Apply([At(_old, 40), _middle with { Status = ConversationStatus.Resolved }]);

        _list.Hold(false);

        _list.Rows.Select(r => r.Id).ShouldBe([_old.Id, _new.Id]);
        _list.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Bar_puts_rows_in_place_though_the_pointer_is_still_there()
    {
        _list.Hold(true);
        _list.Apply([At(_old, 40)]);

        _list.Settle();

        _list.Rows[0].Id.ShouldBe(_old.Id);
        _list.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Selected_row_never_moves_and_never_leaves()
    {
        _list.Select(_middle.Id);

        _list.Apply([At(_middle, 60) with { Status = ConversationStatus.Resolved }, At(_old, 50)]);

        _list.Rows.Select(r => r.Id).ShouldBe([_old.Id, _middle.Id, _new.Id]);
        _list.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Row_that_is_no_longer_selected_goes_to_its_place_or_leaves()
    {
        _list.Select(_middle.Id);
        _list.Apply([At(_middle, 60) with { Status = ConversationStatus.Resolved }]);

        _list.Select(_new.Id);

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _old.Id]);
    }

    [Fact]
    public void Next_passes_nobody_over_though_each_conversation_is_resolved_and_left()
    {
        List<ConversationId> seen = [];

        while (_list.Neighbour(1) is { } next)
        {
            seen.Add(next.Id);
            _list.Select(next.Id);
            _list.Apply([At(next, 60) with { Status = ConversationStatus.Resolved }]);
        }

        seen.ShouldBe([_new.Id, _middle.Id, _old.Id]);
    }

    [Fact]
    public void Selected_row_stays_over_the_next_one_when_one_above_it_leaves()
    {
        _list.Select(_middle.Id);

        _list.Apply([_new with { Status = ConversationStatus.Resolved }]);

        _list.Rows.Select(r => r.Id).ShouldBe([_middle.Id, _old.Id]);
    }

    [Fact]
    public void Selected_row_stays_though_the_next_one_moves_up()
    {
        _list.Select(_middle.Id);
        _list.Hold(true);
        _list.Apply([At(_old, 50)]);

        _list.Hold(false);

        _list.Rows.Select(r => r.Id).ShouldBe([_old.Id, _middle.Id, _new.Id]);
    }

    [Fact]
    public void Row_below_the_loaded_ones_waits_for_its_page()
    {
        _list.Show(new InboxFilter(), new ConversationPage([_new, _middle], More: true));

        _list.Apply([_old]);

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _middle.Id]);
        _list.Append(new ConversationPage([_old], More: false));
        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _middle.Id, _old.Id]);
        _list.More.ShouldBeFalse();
    }

    [Fact]
    public void Page_brings_no_row_twice()
    {
        _list.Show(new InboxFilter(), new ConversationPage([_new, _middle], More: true));
        _list.Apply([At(_new, 35)]);

        _list.Append(new ConversationPage([_middle, _old], More: false));

        _list.Rows.Select(r => r.Id).ShouldBe([_new.Id, _middle.Id, _old.Id]);
    }

    [Fact]
    public void Unread_list_keeps_the_row_one_reads_until_one_leaves_it()
    {
        var unread = Rows.Conversation(30, unread: 2);
        _list.Show(new InboxFilter(UnreadOnly: true), new ConversationPage([unread], More: false));
        _list.Select(unread.Id);

        _list.Apply([unread with { Unread = 0 }]);
        _list.Rows.Count.ShouldBe(1);
        _list.Select(null);

        _list.Rows.ShouldBeEmpty();
    }

    [Fact]
    public void Neighbours_are_those_on_the_screen()
    {
        _list.Neighbour(1)!.Id.ShouldBe(_new.Id);
        _list.Neighbour(-1).ShouldBeNull();
        _list.Select(_new.Id);
        _list.Neighbour(1)!.Id.ShouldBe(_middle.Id);
        _list.Select(_old.Id);
        _list.Neighbour(1).ShouldBeNull();
    }

    private static ConversationRow At(ConversationRow row, int minutes) => row with { LastAt = Rows.Noon.AddMinutes(minutes) };
}
