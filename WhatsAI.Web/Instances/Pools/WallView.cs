using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>A pool of the wall with its cards; without a pool those that are in none.</summary>
public sealed record WallGroup(PoolStanding? Standing, IReadOnlyList<NumberCardView> Cards)
{
    // Fewer than these are no crowd.
    private const int Crowd = 3;

    public PoolId? Pool => Standing?.Pool.Id;

    /// <summary>What a server's trouble explains, where it is so many that one tile each says it better; what needs somebody by itself stands before them.</summary>
    public WallFold Folded() =>
        Cards.Where(c => c.Trouble is not null).ToArray() is { Length: >= Crowd } tiles
            ? new(
                [.. Cards.Where(c => c.Trouble is null && c.Gravity is Gravity.Critical or Gravity.Warning)],
                tiles,
                [.. Cards.Where(c => c.Trouble is null && c.Gravity is not (Gravity.Critical or Gravity.Warning))]
            )
            : new(Cards, [], []);
}

/// <summary>A pool's cards during a server's trouble.</summary>
/// <param name="Before">What is worse, or all where nothing is folded.</param>
public sealed record WallFold(
    IReadOnlyList<NumberCardView> Before,
    IReadOnlyList<NumberCardView> Tiles,
    IReadOnlyList<NumberCardView> After
)
{
    /// <summary>On the wallboard, where all tiles are one place.</summary>
    public int Places => Before.Count + After.Count + Math.Min(1, Tiles.Count);
}

/// <summary>The wall: the pools with their cards in the order of the worst, what is in no pool last.</summary>
/// <param name="Counts">How many are in which state, the worst first.</param>
/// <param name="Troubles">Of servers: what is said once, above all pools.</param>
public sealed record WallView(
    IReadOnlyList<WallGroup> Groups,
    IReadOnlyList<(NumberState State, int Number)> Counts,
    IReadOnlyList<ServerTrouble> Troubles
)
{
    public int Numbers => Groups.Sum(g => g.Cards.Count);

    public IEnumerable<NumberCardView> Cards => Groups.SelectMany(g => g.Cards);

    /// <param name="rows">The numbers the reader sees.</param>
    /// <param name="pools">All pools; one without a number that the reader sees is shown to who may fill it.</param>
    /// <param name="troubles">Of their servers, and failovers under way.</param>
    /// <param name="showEmpty">Whether that is so.</param>
    /// <param name="order">Keeps cards where they are while they are pointed at.</param>
    /// <param name="now">When.</param>
    /// <param name="zone">The tenant's.</param>
    public static WallView Of(
        IReadOnlyList<NumberRow> rows,
        IReadOnlyList<PoolRow> pools,
        WallTroubles troubles,
        bool showEmpty,
        WallOrder order,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        var byId = pools.ToDictionary(p => p.Id);
        PoolRow? PoolOf(NumberRow row) => row.Place is { } place ? byId.GetValueOrDefault(place.Pool) : null;
        var cards = order.Place([.. rows.Select(r => NumberCardView.Of(r, now, MemberStanding.Of(r, PoolOf(r), now, zone), troubles))]);
        var ofPool = cards.ToLookup(c => PoolOf(c.Row)?.Id);
        // Where its worst card stands; what is empty after all others.
        var places = cards
            .Select((c, i) => (Pool: PoolOf(c.Row)?.Id, i))
            .GroupBy(x => x.Pool)
            .ToDictionary(g => g.Key ?? default, g => g.Min(x => x.i));
        var groups = pools
            .Where(p => showEmpty || ofPool[p.Id].Any())
            .OrderBy(p => places.GetValueOrDefault(p.Id, int.MaxValue))
            .Select(p => new WallGroup(PoolStanding.Of(p, [.. ofPool[p.Id].Select(c => c.Row)], now, zone), [.. ofPool[p.Id]]))
            .ToList();
        if (ofPool[null].Any())
        {
            groups.Add(new WallGroup(null, [.. ofPool[null]]));
        }

        return new WallView(
            groups,
            [
                .. cards
                    .GroupBy(c => c.State.Key, StringComparer.Ordinal)
                    .OrderBy(g => g.Min(c => c.Gravity))
                    .ThenBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => (g.First().State, g.Count())),
            ],
            troubles.Servers
        );
    }
}
