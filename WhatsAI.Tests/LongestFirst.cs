using WhatsAI.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace WhatsAI.Tests;

/// <summary>
/// Begins with the collections that take minutes, so that none of them is left alone at the end: those that keep a core busy (browsers) in turn with those that
/// mostly wait (for leases to lapse, for processes to start), because two of the first kind at once make each other late.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] _long =
    [
        "BrowsingGroup",
        "processes",
        "crash",
        "HouseGroup",
        "failures",
        "AttackGroup",
        "ConversationQueriesTests",
        "AccountPagesTests",
        "NumberSightTests",
        "EmbeddedPostgresTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(c => PlaceOf(c.TestCollectionDisplayName))];

    private static int PlaceOf(string name)
    {
        var place = Array.FindIndex(_long, l => name == l || name.Contains($".{l} ", StringComparison.Ordinal));
        return place < 0 ? _long.Length : place;
    }
}
