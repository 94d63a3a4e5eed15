using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Web.Instances.Pools;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>What a pool's header says of its day.</summary>
public sealed class PoolStandingTests
{
    private static readonly PoolRow _pool = new(
        new PoolId(Guid.NewGuid()),
        "Vendas",
        IsOfficial: false,
        PoolStrategy.EqualShare,
        IsSticky: true,
        new PacePolicy(),
        14,
        null,
        new FailoverPolicy(),
        null,
        Waiting: 0,
        0
    );

    [Theory]
    // A Saturday, and the Sunday that has no opening at all.
    [InlineData("2026-11-21T12:00", null)]
    [InlineData("2026-11-21T07:00", null)]
    [InlineData("2026-11-21T21:30", "2026-11-23T09:00")]
    [InlineData("2026-11-22T12:00", "2026-11-23T09:00")]
    public void Pool_whose_day_is_over_says_when_it_opens_and_is_not_short(string at, string? opens)
    {
        var now = At(at, SaoPaulo);

        var standing = PoolStanding.Of(_pool, [Row(now)], now, SaoPaulo);

        standing.Opens.ShouldBe(opens is null ? null : At(opens, SaoPaulo));
        standing.IsShort.ShouldBeFalse();
        (standing.Spare is null).ShouldBe(opens is not null);
    }

    private static NumberRow Row(DateTimeOffset now) =>
        new(Number(1), "Vendas 01", "evolution-1", Facts(now), new double[24], 0, 0, null)
        {
            Place = new PoolPlace(_pool.Id, MemberRole.Active, now.AddDays(-90), RoleCause.ByPerson, null),
            Pace = new PaceState { InUseSince = DateOnly.FromDateTime(now.AddDays(-400).Date) },
        };
}
