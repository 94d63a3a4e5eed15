using WhatsAI.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace WhatsAI.Tests;

/// <summary>Begins with the collections that take minutes, so that none of them is left alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderByDescending(c =>
                c.TestCollectionDisplayName is "crash" or "processes" or "failures"
                || c.TestCollectionDisplayName.Contains("Group", StringComparison.Ordinal)
            ),
        ];
}
