using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class ThreadMessagesTests
{
    private static readonly TimeZoneInfo _saoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    private readonly MessageRow _first = Rows.Message(1);
    private readonly MessageRow _answer = Rows.Message(2, ours: true);
    private readonly MessageRow _last = Rows.Message(3);
    private readonly ThreadMessages _thread = new();

    public ThreadMessagesTests() => _thread.Show(new ThreadPage([_first, _answer, _last], More: true), unread: 2);

    [Fact]
    public void Thread_opens_at_the_first_message_nobody_has_read()
    {
        _thread.FirstUnread.ShouldBe(_first.Id);
        _thread.Unread.ShouldBe(2);
    }

    [Fact]
    public void Divider_stays_while_the_thread_is_open()
    {
        _thread.Apply([Rows.Message(4)]);

        _thread.FirstUnread.ShouldBe(_first.Id);
    }

    [Fact]
    public void New_messages_of_the_customer_at_the_end_are_counted()
    {
        var fresh = _thread.Apply([Rows.Message(5), Rows.Message(4, ours: true), _last with { Text = "edited" }]);

        fresh.ShouldBe(1);
        _thread.Rows.Select(r => r.SentAt.Minute).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Late_message_goes_where_the_provider_says()
    {
        var late = Rows.Message(2, id: default(MessageId));

        _thread.Apply([late]).ShouldBe(0);

        _thread.Rows[1].ShouldBe(late);
    }

    [Fact]
    public void Message_whose_time_changed_is_not_there_twice()
    {
        _thread.Apply([_answer with { SentAt = Rows.Noon.AddMinutes(9) }]);

        _thread.Rows.Select(r => r.Id).ShouldBe([_first.Id, _last.Id, _answer.Id]);
    }

    [Fact]
    public void Thread_opened_at_an_old_message_leaves_what_arrives_below_for_its_page()
    {
        var (old, next) = (Rows.Message(4), Rows.Message(5));
        _thread.Show(new ThreadSpan([_last, old], Older: true, Newer: true));

        _thread
            .Apply([Rows.Message(9), Rows.Message(8, ours: true), old with { Text = "edited" }])
            .ShouldBe(1, "one of the customer's is news");

        (_thread.Newer, _thread.FirstUnread).ShouldBe((true, null));
        _thread.Rows.Select(r => r.Text).ShouldBe([_last.Text, "edited"]);
        _thread.Append(new ThreadPage([old, next], More: false));
        _thread.Newer.ShouldBeFalse();
        _thread.Rows.Select(r => r.Id).ShouldBe([_last.Id, old.Id, next.Id]);
        _thread.Apply([Rows.Message(9)]).ShouldBe(1);
        _thread.Rows.Count.ShouldBe(4);
    }

    [Fact]
    public void Change_on_a_page_that_is_not_loaded_is_left_for_it()
    {
        _thread.Apply([Rows.Message(0)]);

        _thread.Rows.Count.ShouldBe(3);
    }

    [Fact]
    public void Older_page_comes_above()
    {
        _thread.Prepend(new ThreadPage([Rows.Message(0), _first], More: false));

        _thread.Rows.Select(r => r.SentAt.Minute).ShouldBe([0, 1, 2, 3]);
        _thread.More.ShouldBeFalse();
    }

    [Fact]
    public void Refresh_keeps_what_joins_above_and_drops_what_does_not()
    {
        _thread.Prepend(new ThreadPage([Rows.Message(0)], More: false));

        _thread.Refresh(new ThreadPage([_answer, _last, Rows.Message(4)], More: true));
        _thread.Rows.Select(r => r.SentAt.Minute).ShouldBe([0, 1, 2, 3, 4]);
        _thread.More.ShouldBeFalse();

        _thread.Refresh(new ThreadPage([Rows.Message(50), Rows.Message(51)], More: true));
        _thread.Rows.Select(r => r.SentAt.Minute).ShouldBe([50, 51]);
        _thread.More.ShouldBeTrue();
    }

    [Fact]
    public void Days_are_those_of_the_company_and_a_burst_stands_together()
    {
        // 02:59 and 03:01 UTC are two days in São Paulo.
        var evening = Rows.Message(0) with
        {
            SentAt = new DateTimeOffset(2025, 11, 22, 2, 59, 0, TimeSpan.Zero),
        };
        var night = Rows.Message(0) with { SentAt = new DateTimeOffset(2025, 11, 22, 3, 1, 0, TimeSpan.Zero) };
        var soon = Rows.Message(0) with { SentAt = night.SentAt.AddMinutes(1) };
        var later = Rows.Message(0) with { SentAt = night.SentAt.AddMinutes(30) };

        var items = ThreadItem.Of([evening, night, soon, later], firstUnread: later.Id, unread: 1, _saoPaulo);

        items
            .Select(i =>
                i switch
                {
                    ThreadItem.Day day => $"day {day.Date.Day}",
                    ThreadItem.Unread unread => $"{unread.Count} new",
                    ThreadItem.Message message => message.Continues ? "more" : "message",
                    _ => "?",
                }
            )
            .ShouldBe(["day 21", "message", "day 22", "message", "more", "1 new", "message"]);
    }

    [Fact]
    public void Day_the_clocks_went_back_over_midnight_is_named_once()
    {
        // Newfoundland, 2010: at one past midnight it became 23:01 of the day before.
        var at = new DateTimeOffset(2010, 11, 7, 2, 30, 30, TimeSpan.Zero);
        var rows = new[] { 0, 15, 65 }.Select(minutes => Rows.Message(minutes) with { SentAt = at.AddMinutes(minutes) }).ToArray();

        var days = ThreadItem
            .Of(rows, null, 0, TimeZoneInfo.FindSystemTimeZoneById("America/St_Johns"))
            .OfType<ThreadItem.Day>()
            .Select(d => d.Date);

        days.ShouldBe([new DateOnly(2010, 11, 7)]);
    }
}
