using System.Runtime.InteropServices;

namespace WhatsAI.Core.Analytics;

/// <summary>How long something took, over many: half of them took at most the median, nine of ten at most the ninetieth percentile.</summary>
/// <param name="Count">Of how many; without any, nothing is known, which is not the same as no time.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Spread(int Count, TimeSpan? Median, TimeSpan? P90)
{
    /// <summary>Of how many there was a target.</summary>
    public int Due { get; init; }

    /// <summary>Of those, how many met it.</summary>
    public int Met { get; init; }

    /// <summary>Which part of them met it; null: there was no target.</summary>
    public double? Kept => Due == 0 ? null : (double)Met / Due;
}

public enum Trend
{
    /// <summary>One of the two is not known.</summary>
    Unknown,
    Same,
    Up,
    Down,
}

/// <summary>A figure beside that of the period before.</summary>
/// <param name="Share">By which part of the figure before (0.25: a quarter more); null where there is none to measure by.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Change(Trend Trend, double? Share)
{
    // What would be shown as 0 %.
    private const double Least = 0.005;

    public static Change Between(double? before, double? now)
    {
        if (before is not { } was || now is not { } value)
        {
            return new Change(Trend.Unknown, null);
        }

        if (was == 0)
        {
            return new Change(value > 0 ? Trend.Up : Trend.Same, null);
        }

        var share = (value - was) / was;
        return new Change(
            Math.Abs(share) < Least ? Trend.Same
                : share > 0 ? Trend.Up
                : Trend.Down,
            share
        );
    }

    public static Change Between(TimeSpan? before, TimeSpan? now) => Between(before?.TotalSeconds, now?.TotalSeconds);
}
