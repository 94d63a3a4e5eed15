using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gaps;

namespace WhatsAI.Web.Inbox;

/// <summary>One thing in a thread, from top to bottom.</summary>
public abstract record ThreadItem(object Key)
{
    public sealed record Day(DateOnly Date) : ThreadItem(Date);

    /// <summary>Where the messages begin that nobody had read when the thread was opened.</summary>
    public sealed record Unread(int Count) : ThreadItem("unread");

    /// <summary>Where messages were missed, or may have been.</summary>
    public sealed record Gap(GapRow Row) : ThreadItem(Row.Id);

    /// <param name="Continues">The same person as right above: drawn close, without an avatar.</param>
    public sealed record Message(MessageRow Row, bool Continues) : ThreadItem(Row.Id);

    public static IReadOnlyList<ThreadItem> Of(
        IReadOnlyList<MessageRow> rows,
        MessageId? firstUnread,
        int unread,
        TimeZoneInfo zone,
        IReadOnlyList<GapRow>? gaps = null
    )
    {
        var items = new List<ThreadItem>(rows.Count + 8);
        MessageRow? above = null;
        DateOnly? day = null;
        // What lies before the first message that is loaded stands there, not here.
        var waiting = new Queue<GapRow>((gaps ?? []).Where(g => rows.Count > 0 && At(g) >= rows[0].SentAt).OrderBy(At));
        foreach (var row in rows)
        {
            while (waiting.TryPeek(out var gap) && At(gap) < row.SentAt)
            {
                items.Add(new Gap(waiting.Dequeue()));
                above = null;
            }

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

        items.AddRange(waiting.Select(g => new Gap(g)));
        return items;

        static DateTimeOffset At(GapRow gap) => gap.To ?? gap.From;
    }

    private static bool Follows(MessageRow above, MessageRow row) =>
        !above.Kind.IsInternal()
        && !row.Kind.IsInternal()
        && above.Direction == row.Direction
        && above.SenderName == row.SenderName
        && above.AuthorId == row.AuthorId
        && above.Origin == row.Origin
        && row.SentAt - above.SentAt < TimeSpan.FromMinutes(5);
}
