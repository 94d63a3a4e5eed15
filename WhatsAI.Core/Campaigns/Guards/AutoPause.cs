namespace WhatsAI.Core.Campaigns.Guards;

/// <summary>Along what a campaign's figures are divided. A resource key below "culprit.".</summary>
public enum SliceKind
{
    Variant,
    Number,
    Segment,
}

/// <summary>A part of a campaign.</summary>
/// <param name="Key">The variant's letter, or the number's or source's id.</param>
public sealed record CampaignSlice(SliceKind Kind, string Key, CampaignTally Tally);

/// <summary>The part without which the campaign would be well.</summary>
/// <param name="Share">Its share of bad events, 0 to 1.</param>
/// <param name="RestShare">That of everything else.</param>
public sealed record Culprit(SliceKind Kind, string Key, double Share, double RestShare);

/// <summary>A campaign has to stop.</summary>
/// <param name="Causes">Resource keys below "held.", the gravest first.</param>
/// <param name="Culprit">Of the first cause; null where it is the campaign as a whole.</param>
public sealed record PauseVerdict(IReadOnlyList<string> Causes, Culprit? Culprit);

/// <summary>Whether a campaign stops by itself, and what is to blame.</summary>
public static class AutoPause
{
    /// <summary>Numbers that may fall: the first is the failover's business, which holds the campaign itself where its signals are bad.</summary>
    public const int MostFallen = 1;

    // A part with two messages, one of which failed, explains nothing.
    private const int LeastEvents = 2;

    /// <summary>Null where it goes on.</summary>
    /// <param name="slices">Each kind's parts together are the whole.</param>
    /// <param name="fallen">Numbers that were banned or restricted while they sent it, the last first: more than <see cref="MostFallen"/> are reason enough.</param>
    public static PauseVerdict? Judge(CampaignTally whole, IReadOnlyCollection<CampaignSlice> slices, IReadOnlyList<string> fallen)
    {
        if (fallen.Count > MostFallen)
        {
            var tally = slices.FirstOrDefault(s => s.Kind == SliceKind.Number && s.Key == fallen[0])?.Tally ?? new CampaignTally(0, 0, 0);
            return new PauseVerdict(
                ["held.number-fell", .. whole.Bad],
                new Culprit(SliceKind.Number, fallen[0], Share(tally, "held.failures"), Share(whole.Without(tally), "held.failures"))
            );
        }

        var causes = whole.Bad;
        return causes.Count == 0 ? null : new PauseVerdict(causes, CulpritOf(whole, slices, causes[0]));
    }

    /// <summary>Of the parts without which the rest is well, the one that differs most from its rest; none where the rest is as bad.</summary>
    private static Culprit? CulpritOf(CampaignTally whole, IEnumerable<CampaignSlice> slices, string cause) =>
        slices
            .Where(s => s.Tally.EventsOf(cause) >= (cause == "held.blocks" ? 1 : LeastEvents))
            .Select(s => (Slice: s, Others: whole.Without(s.Tally)))
            .Where(s => s.Others.Sent > 0 && !s.Others.Bad.Contains(cause))
            .Select(s => new Culprit(s.Slice.Kind, s.Slice.Key, Share(s.Slice.Tally, cause), Share(s.Others, cause)))
            .Where(c => c.Share > c.RestShare)
            .OrderByDescending(c => c.Share - c.RestShare)
            .ThenBy(c => c.Kind)
            .ThenBy(c => c.Key, StringComparer.Ordinal)
            .FirstOrDefault();

    private static double Share(CampaignTally tally, string cause) => tally.Sent == 0 ? 0 : (double)tally.EventsOf(cause) / tally.Sent;
}
