using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox;

public sealed class AssignmentPolicyTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Presence.Away, 0, null)]
    [InlineData(Presence.Offline, 0, null)]
    [InlineData(Presence.Online, 5, 5)]
    [InlineData(Presence.Online, 6, 5)]
    public void Who_is_not_there_or_full_is_given_nothing(Presence presence, int open, int? capacity) =>
        AssignmentPolicy.Choose(AssignmentMode.RoundRobin, [Agent(presence, open, capacity)]).ShouldBeNull();

    [Fact]
    public void By_hand_nobody_is_chosen() => AssignmentPolicy.Choose(AssignmentMode.ByHand, [Agent(Presence.Online)]).ShouldBeNull();

    [Fact]
    public void Round_robin_takes_who_has_waited_longest_and_first_who_never_had_one()
    {
        var (early, late, never) = (Agent(given: -10), Agent(given: -5), Agent());

        AssignmentPolicy.Choose(AssignmentMode.RoundRobin, [late, early]).ShouldBe(early.Id);
        AssignmentPolicy.Choose(AssignmentMode.RoundRobin, [late, early, never]).ShouldBe(never.Id);
    }

    [Fact]
    public void Least_loaded_counts_what_each_can_hold()
    {
        var (small, large) = (Agent(open: 3, capacity: 4), Agent(open: 6, capacity: 20));

        AssignmentPolicy.Choose(AssignmentMode.LeastLoaded, [small, large]).ShouldBe(large.Id);
        AssignmentPolicy
            .Choose(AssignmentMode.RoundRobin, [small with { LastGivenAt = null }, large with { LastGivenAt = _now }])
            .ShouldBe(small.Id);
    }

    [Fact]
    public void Least_loaded_among_equals_takes_turns()
    {
        var (early, late) = (Agent(open: 2, given: -10), Agent(open: 2, given: -5));

        AssignmentPolicy.Choose(AssignmentMode.LeastLoaded, [late, early]).ShouldBe(early.Id);
    }

    [Theory]
    [InlineData(AssignmentMode.RoundRobin)]
    [InlineData(AssignmentMode.LeastLoaded)]
    public void Who_had_the_customer_before_has_him_again_if_he_can(AssignmentMode mode)
    {
        var (before, other) = (Agent(open: 4, capacity: 5, given: -1), Agent(given: -60));

        AssignmentPolicy.Choose(mode, [other, before], before.Id).ShouldBe(before.Id);
        AssignmentPolicy.Choose(mode, [other, before with { Open = 5 }], before.Id).ShouldBe(other.Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void Capacity_is_from_one_to_a_thousand_or_none(int capacity)
    {
        Should.Throw<RuleException>(() => AgentState.CheckCapacity(capacity)).Key.ShouldBe("agent.capacity-invalid");
        AgentState.CheckCapacity(null).ShouldBeNull();
    }

    private static Agent Agent(Presence presence = Presence.Online, int open = 0, int? capacity = null, int? given = null) =>
        new(Id.New<UserId>(_now), presence, open, capacity, given is { } minutes ? _now.AddMinutes(minutes) : null);
}
