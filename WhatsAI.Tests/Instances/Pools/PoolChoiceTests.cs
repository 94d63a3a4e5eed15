using WhatsAI.Core.Instances.Pools;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

public sealed class PoolChoiceTests
{
    private static readonly DateTimeOffset _at = At("2026-11-18T12:00", SaoPaulo);

    // Number 1: half of a large cap, in good health. Number 2: most of a small cap, in poor health.
    private static readonly Candidate[] _two = [new(Number(1), 50, 100, 90, _at), new(Number(2), 15, 20, 20, _at)];

    [Theory]
    [InlineData(PoolStrategy.EqualShare, 1)]
    [InlineData(PoolStrategy.LeastUsed, 0)]
    [InlineData(PoolStrategy.WeightedByHealth, 0)]
    public void Strategy_decides_among_those_that_may_send(PoolStrategy strategy, int chosen) =>
        PoolChoice.Of(strategy, null, _two).ShouldBe(chosen);

    [Theory]
    [InlineData(PoolStrategy.EqualShare)]
    [InlineData(PoolStrategy.LeastUsed)]
    [InlineData(PoolStrategy.WeightedByHealth)]
    public void The_number_a_contact_knows_comes_first_in_each(PoolStrategy strategy)
    {
        PoolChoice.Of(strategy, Number(1), _two).ShouldBe(0);
        PoolChoice.Of(strategy, Number(2), _two).ShouldBe(1);
        PoolChoice.Of(strategy, Number(9), _two).ShouldBe(PoolChoice.Of(strategy, null, _two), "one that may not send is not waited for");
    }

    [Fact]
    public void Health_decides_the_share_and_nobody_gets_nothing()
    {
        int[] scores = [100, 50, 0];
        var sent = new int[3];
        for (var i = 0; i < 1_000; i++)
        {
            Candidate[] ready = [.. scores.Select((s, n) => new Candidate(Number(n), sent[n], 1_000, s, null))];
            sent[PoolChoice.Of(PoolStrategy.WeightedByHealth, null, ready)]++;
        }

        ((double)sent[0] / sent[1]).ShouldBe(2, 0.1);
        sent[2].ShouldBeInRange(20, 50);
    }

    [Fact]
    public void Of_equals_the_longest_rested_sends()
    {
        Candidate[] equals = [new(Number(1), 5, 10, null, _at), new(Number(2), 5, 10, null, _at.AddMinutes(-1))];

        PoolChoice.Of(PoolStrategy.EqualShare, null, equals).ShouldBe(1);
        PoolChoice.Of(PoolStrategy.EqualShare, null, []).ShouldBe(-1);
    }

    [Fact]
    public void Official_numbers_are_not_rotated()
    {
        PoolChoice.OfOfficial(null, _two).ShouldBe(0);
        PoolChoice.OfOfficial(null, [_two[1], _two[0]]).ShouldBe(1, "always the same one, whatever was sent");
        PoolChoice.OfOfficial(Number(2), _two).ShouldBe(1);
    }
}
