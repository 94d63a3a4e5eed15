using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Messaging;

public sealed class HeadJoinTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly ConversationHead _resolved = Head(ConversationStatus.Resolved, minutes: 0);

    [Fact]
    public void Two_openings_are_one_and_the_other_episode_goes()
    {
        var (stays, goes) = (Head(ConversationStatus.Open, 0), Head(ConversationStatus.Pending, 5));

        var joined = HeadJoin.Of(stays, goes);

        (joined.Head.Status, joined.Head.EpisodeId, joined.Goes).ShouldBe((ConversationStatus.Open, stays.EpisodeId, goes.EpisodeId));
        (joined.Head.ConversationId, joined.Head.LastAt).ShouldBe((stays.ConversationId, goes.LastAt));
    }

    [Fact]
    public void What_is_open_stays_in_its_own_episode_whichever_thread_it_was_in()
    {
        foreach (var minutes in new[] { -5, 5 })
        {
            var open = Head(ConversationStatus.Pending, minutes);

            HeadJoin.Of(_resolved, open).Head.EpisodeId.ShouldBe(open.EpisodeId);
            HeadJoin.Of(open, _resolved).Head.Status.ShouldBe(ConversationStatus.Pending);
            HeadJoin.Of(open, _resolved).Goes.ShouldBeNull();
        }

        HeadJoin.Of(_resolved, Head(ConversationStatus.Resolved, 5)).Goes.ShouldBeNull();
        HeadJoin.Of(_resolved, Head(ConversationStatus.Open, 5) with { EpisodeId = null }).Head.EpisodeId.ShouldBeNull();
    }

    [Fact]
    public void What_was_decided_of_one_holds_for_both()
    {
        var (ana, team) = (new UserId(Guid.NewGuid()), new TeamId(Guid.NewGuid()));
        var given = Head(ConversationStatus.Open, 0) with { AssigneeId = ana, Priority = ConversationPriority.Urgent, Unread = 2 };
        var newer = Head(ConversationStatus.Open, 5) with { TeamId = team, Unread = 1, LastInboundAt = _now };

        var head = HeadJoin.Of(newer, given).Head;

        (head.AssigneeId, head.TeamId, head.Priority, head.Unread, head.LastInboundAt).ShouldBe(
            (ana, null, ConversationPriority.Urgent, 3, _now)
        );
    }

    [Fact]
    public void Time_of_a_snooze_comes_with_it_and_goes_with_what_is_open()
    {
        var snoozed = Head(ConversationStatus.Snoozed, 5) with { SnoozedUntil = _now.AddHours(3) };

        HeadJoin.Of(_resolved, snoozed).Head.SnoozedUntil.ShouldBe(snoozed.SnoozedUntil);
        var open = HeadJoin.Of(snoozed, Head(ConversationStatus.Open, 0)).Head;
        (open.Status, open.SnoozedUntil, open.CameBack).ShouldBe((ConversationStatus.Open, null, false));
    }

    [Fact]
    public void Who_waits_has_waited_since_he_first_did_unless_we_spoke_last()
    {
        var asked = Head(ConversationStatus.Open, 0) with { WaitingSince = _now, LastDirection = MessageDirection.In };
        var later = Head(ConversationStatus.Open, 5) with { WaitingSince = _now.AddMinutes(5), LastDirection = MessageDirection.In };
        var answered = Head(ConversationStatus.Open, 9) with { LastDirection = MessageDirection.Out };

        HeadJoin.Of(later, asked).Head.WaitingSince.ShouldBe(_now);
        HeadJoin.Of(answered, asked).Head.WaitingSince.ShouldBeNull();
        HeadJoin.Of(_resolved, Head(ConversationStatus.Resolved, 1) with { WaitingSince = _now }).Head.WaitingSince.ShouldBeNull();
    }

    private static ConversationHead Head(ConversationStatus status, int minutes) =>
        new()
        {
            ConversationId = new ConversationId(Guid.NewGuid()),
            EpisodeId = new EpisodeId(Guid.NewGuid()),
            Status = status,
            LastAt = _now.AddMinutes(minutes),
        };
}
