using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class InboxSelectionTests
{
    private readonly ConversationRow[] _rows = [.. Enumerable.Range(0, 6).Select(i => Rows.Conversation(60 - i))];
    private readonly InboxList _list = new();

    public InboxSelectionTests() => _list.Show(new InboxFilter(), new ConversationPage(_rows, More: false));

    [Fact]
    public void Stretch_goes_from_the_last_picked_and_a_shorter_one_takes_its_place()
    {
        _list.Picked.Toggle(_rows[0].Id);
        _list.Picked.Toggle(_rows[2].Id);

        _list.Picked.Extend(_list.Rows, from: null, _rows[5].Id);
        At().ShouldBe([0, 2, 3, 4, 5]);
        _list.Picked.Extend(_list.Rows, from: null, _rows[3].Id);
        At().ShouldBe([0, 2, 3]);
        _list.Picked.Extend(_list.Rows, from: null, _rows[1].Id);
        At().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Stretch_without_a_beginning_begins_where_it_is_said_or_is_one_row()
    {
        _list.Picked.Extend(_list.Rows, _rows[1].Id, _rows[2].Id);
        At().ShouldBe([1, 2]);
        _list.Picked.Clear();
        _list.Picked.Extend(_list.Rows, from: null, _rows[4].Id);
        At().ShouldBe([4]);
        _list.Picked.Extend(_list.Rows, from: null, Rows.Conversation(1).Id);
        At().ShouldBe([4], "a row that is not there");
    }

    [Fact]
    public void Live_changes_keep_the_selection_and_what_leaves_the_list_leaves_it()
    {
        _list.Picked.All(_list.Rows);

        _list.Apply([_rows[5] with { LastAt = Rows.Noon.AddHours(3), Unread = 2 }, Rows.Conversation(500)]);
        _list.Picked.Count.ShouldBe(6);
        _list.Apply([_rows[1] with { Status = ConversationStatus.Resolved }]);

        At().ShouldBe([0, 2, 3, 4, 5]);
        _list.Apply([_rows[1]]);
        _list.Picked.Contains(_rows[1].Id).ShouldBeFalse("it comes back as any other");
    }

    [Fact]
    public void No_more_are_selected_than_one_action_takes()
    {
        var many = Enumerable.Range(0, 300).Select(i => Rows.Conversation(i)).ToArray();
        _list.Show(new InboxFilter(), new ConversationPage([.. many.Reverse()], More: false));

        _list.Picked.All(_list.Rows);
        _list.Picked.Toggle(_list.Rows[250].Id);

        _list.Picked.Count.ShouldBe(200);
        _list.Picked.Clear();
        _list.Picked.Extend(_list.Rows, _list.Rows[0].Id, _list.Rows[299].Id);
        _list.Picked.Count.ShouldBe(200);
    }

    private int[] At() => [.. _rows.Index().Where(r => _list.Picked.Contains(r.Item.Id)).Select(r => r.Index)];
}
