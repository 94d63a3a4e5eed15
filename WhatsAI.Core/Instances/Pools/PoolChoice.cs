using System.Runtime.InteropServices;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>A number that may send the message now.</summary>
/// <param name="SentToday">Campaign messages of today.</param>
/// <param name="CapToday">What its caps allow today in all.</param>
/// <param name="Score">Its health, 0 to 100; null while unknown, which counts as the middle.</param>
/// <param name="LastAt">Its last campaign message.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Candidate(InstanceId Instance, int SentToday, int CapToday, int? Score, DateTimeOffset? LastAt);

/// <summary>Which of the numbers that may send now sends the next message. Never waits for one that may not: a strategy shares work out, it holds none back.</summary>
public static class PoolChoice
{
    private const int UnknownScore = 50;

    // A number in bad health still gets some: it would otherwise never prove that it is well again.
    private const int LeastScore = 5;

    /// <param name="contactNumber">The number the contact already talks with; null for none, or where the pool is not sticky.</param>
    /// <returns>The place in <paramref name="ready"/>; -1 when it is empty.</returns>
    public static int Of(PoolStrategy strategy, InstanceId? contactNumber, IReadOnlyList<Candidate> ready)
    {
        var best = -1;
        for (var i = 0; i < ready.Count; i++)
        {
            if (ready[i].Instance == contactNumber)
            {
                return i;
            }

            if (best < 0 || Precedes(ready[i], ready[best], strategy))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>On official numbers there is nothing to share out: the contact's number, else always the same one.</summary>
    public static int OfOfficial(InstanceId? contactNumber, IReadOnlyList<Candidate> ready)
    {
        var best = -1;
        for (var i = 0; i < ready.Count; i++)
        {
            if (ready[i].Instance == contactNumber)
            {
                return i;
            }

            best = best < 0 || ready[i].Instance.Value.CompareTo(ready[best].Instance.Value) < 0 ? i : best;
        }

        return best;
    }

    private static bool Precedes(Candidate a, Candidate b, PoolStrategy strategy)
    {
        var use = Use(a, strategy).CompareTo(Use(b, strategy));
        if (use != 0)
        {
            return use < 0;
        }

        var rest = Nullable.Compare(a.LastAt, b.LastAt);
        return rest < 0 || (rest == 0 && a.Instance.Value.CompareTo(b.Instance.Value) < 0);
    }

    private static double Use(Candidate c, PoolStrategy strategy) =>
        strategy switch
        {
            PoolStrategy.LeastUsed => (double)c.SentToday / Math.Max(1, c.CapToday),
            // What it would have with this one: from the first message on the healthiest comes first.
            PoolStrategy.WeightedByHealth => (c.SentToday + 1d) / Math.Max(LeastScore, c.Score ?? UnknownScore),
            _ => c.SentToday,
        };
}
