using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>One thing in a thread, from top to bottom.</summary>
public abstract record ThreadItem(object Key)
{
    public sealed record Day(DateOnly Date) : ThreadItem(Date);

    /// <summary>Where the messages begin that nobody had read when the thread was opened.</summary>
    public sealed record Unread(int Count) : ThreadItem("unread");

    /// <param name="Continues">The same person as right above: drawn close, without an avatar.</param>
    public sealed record Message(MessageRow Row, bool Continues) : ThreadItem(Row.Id);

    public static IReadOnlyList<ThreadItem> Of(IReadOnlyList<MessageRow> rows, MessageId? firstUnread, int unread, TimeZoneInfo zone)
    {
        var items = new List<ThreadItem>(rows.Count + 8);
        MessageRow? above = null;
        DateOnly? day = null;
        foreach (var row in rows)
        {
            var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(row.SentAt, zone).DateTime);
            // Never a day twice, though the clocks went back over midnight: it is the key of its line.
            if (day is null || date > day)
            {
                items.Add(new Day(date));
                (day, above) = (date, null);
            }

            if (row.Id == firstUnread)
            {
                items.Add(new Unread(unread));
                above = null;
            }

            items.Add(new Message(row, above is not null && Follows(above, row)));
            above = row;
        }

        return items;
    }

    private static bool Follows(MessageRow above, MessageRow row) =>
        above.Kind != MessageKind.Line
        && row.Kind != MessageKind.Line
        && above.Direction == row.Direction
        && above.SenderName == row.SenderName
        && above.AuthorId == row.AuthorId
        && above.Origin == row.Origin
        && row.SentAt - above.SentAt < TimeSpan.FromMinutes(5);
}
