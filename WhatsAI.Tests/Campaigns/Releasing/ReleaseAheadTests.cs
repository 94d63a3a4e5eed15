using WhatsAI.Core.Campaigns.Releasing;

namespace WhatsAI.Tests.Campaigns.Releasing;

public sealed class ReleaseAheadTests
{
    private static readonly TimeSpan _gap = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, 3, 6)]
    [InlineData(5, 0, 3, 1)]
    [InlineData(9, 0, 3, 0)]
    [InlineData(0, 0, 0, 0)]
    public void Queue_holds_two_of_each_number_and_no_more(int waiting, int left, int senders, int more) =>
        ReleaseAhead.More(new QueueStand(waiting, left, senders, _gap)).ShouldBe(more);

    [Fact]
    public void Pool_that_is_faster_than_its_policy_says_gets_more_each_turn()
    {
        ReleaseAhead.More(new QueueStand(0, Left: 50, Senders: 3, _gap)).ShouldBe(200);
        ReleaseAhead.More(new QueueStand(0, Left: 5_000, Senders: 3, _gap)).ShouldBe(ReleaseAhead.Most);
    }

    [Theory]
    [InlineData(1, 600, 0, int.MaxValue)]
    [InlineData(0.5, 600, 0, 15)]
    [InlineData(0.5, 600, 14, 1)]
    [InlineData(0.5, 600, 20, 0)]
    [InlineData(0.1, 30, 0, 0)]
    public void Slowed_campaign_hands_over_its_share_of_the_time_since(double factor, int seconds, int released, int more) =>
        new BrakeAllowance(factor, _now.AddSeconds(-seconds), released).More(new QueueStand(0, 0, Senders: 3, _gap), _now).ShouldBe(more);
}
