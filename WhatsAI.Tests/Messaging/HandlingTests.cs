using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Messaging;

public sealed class HandlingTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly UserId _ana = Id.New<UserId>(_now);
    private readonly ConversationHead _open = new()
    {
        ConversationId = Id.New<ConversationId>(_now),
        Status = ConversationStatus.Open,
        EpisodeId = Id.New<EpisodeId>(_now),
        WaitingSince = _now.AddMinutes(-5),
        LastAt = _now,
    };

    [Fact]
    public void Resolution_taken_back_leaves_the_same_episode_and_the_customer_waiting_since_when_he_waited()
    {
        var resolved = _open with { Status = ConversationStatus.Resolved, WaitingSince = null };

        Back(_open, resolved, now: resolved).ShouldBe(_open);
    }

    [Fact]
    public void Conversation_that_a_customer_opened_meanwhile_stays_open_in_its_new_episode()
    {
        var resolved = _open with { Status = ConversationStatus.Resolved, WaitingSince = null };
        var again = resolved with { Status = ConversationStatus.Open, EpisodeId = Id.New<EpisodeId>(_now), WaitingSince = _now };

        Back(_open, resolved, again).ShouldBe(again);
        var resolvedAgain = again with { Status = ConversationStatus.Resolved };
        Back(_open, resolved, resolvedAgain).ShouldBe(resolvedAgain, "another's resolution of another episode");
    }

    [Fact]
    public void What_was_not_changed_is_not_touched()
    {
        var urgent = _open with { Priority = ConversationPriority.Urgent };
        var meanwhile = urgent with { Status = ConversationStatus.Resolved, AssigneeId = _ana, Unread = 3 };

        Back(_open, urgent, meanwhile).ShouldBe(meanwhile with { Priority = ConversationPriority.Normal });
    }

    [Fact]
    public void What_somebody_changed_further_stays_as_he_left_it()
    {
        var (mine, bias) = (_open with { AssigneeId = _ana }, _open with { AssigneeId = Id.New<UserId>(_now) });

        Back(_open, mine, bias).ShouldBeSameAs(bias);
        Back(_open, mine, mine).AssigneeId.ShouldBeNull();
        var high = _open with { Priority = ConversationPriority.High };
        var low = _open with { Priority = ConversationPriority.Low };
        Back(_open, high, low).ShouldBeSameAs(low);
    }

    [Fact]
    public void Answer_given_while_it_was_set_aside_ends_the_waiting()
    {
        var pending = _open with { Status = ConversationStatus.Pending };
        var answered = pending with { WaitingSince = null };

        Back(_open, pending, answered).ShouldBe(_open with { WaitingSince = null });
    }

    private static ConversationHead Back(ConversationHead before, ConversationHead after, ConversationHead now) =>
        Handling.Of(after).TakeBack(now, Handling.Of(before));
}
