using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Inbox;
using WhatsAI.Web.Instances;

namespace WhatsAI.Tests.Inbox;

public sealed class GapLineTests : ComponentContext
{
    private static readonly DateTimeOffset _now = Rows.Noon.AddHours(1);

    [Fact]
    public void Line_stands_behind_the_last_message_that_the_gap_may_have_held()
    {
        var items = ThreadItem.Of(
            [Rows.Message(1), Rows.Message(20), Rows.Message(40)],
            firstUnread: null,
            unread: 0,
            TimeZoneInfo.Utc,
            [Gap(GapState.Filled, to: 30, recovered: 1)]
        );

        items.Select(i => i.GetType().Name).ShouldBe(["Day", "Message", "Message", "Gap", "Message"]);
    }

    [Fact]
    public void Line_of_what_lies_before_the_loaded_messages_is_left_out_and_of_now_comes_last()
    {
        var items = ThreadItem.Of(
            [Rows.Message(20), Rows.Message(40)],
            firstUnread: null,
            unread: 0,
            TimeZoneInfo.Utc,
            [Gap(GapState.NothingKept, to: 10), Gap(GapState.NothingKept, to: 50)]
        );

        items.OfType<ThreadItem.Gap>().Count().ShouldBe(1);
        items[^1].ShouldBeOfType<ThreadItem.Gap>();
    }

    [Fact]
    public void Every_gap_has_words_on_the_numbers_page_and_in_the_thread()
    {
        var numbers = Services.GetRequiredService<IStringLocalizer<InstancesText>>();
        var inbox = Services.GetRequiredService<IStringLocalizer<InboxText>>();
        foreach (
            var gap in from state in Enum.GetValues<GapState>()
            from recovered in new[] { 0, 1, 3 }
            from failure in new[] { null, "TimedOut" }
            select Gap(state, 30, recovered) with
            {
                Failure = failure,
            }
        )
        {
            GapWords.Text(gap, _now, TimeZoneInfo.Utc, numbers).ShouldNotStartWith("gap.");
            GapLine.Of(gap, _now, TimeZoneInfo.Utc, inbox).ShouldNotStartWith("gap.");
        }

        Enum.GetValues<GapCause>().ShouldAllBe(c => !numbers[$"gaps.cause.{c}"].ResourceNotFound);
    }

    private static GapRow Gap(GapState state, int to, int recovered = 0) =>
        new(
            Id.New<GapId>(_now),
            GapCause.Downtime,
            state,
            Rows.Noon,
            Rows.Noon.AddMinutes(to),
            _now,
            Rows.Noon.AddMinutes(to),
            recovered,
            Failure: null
        );
}
