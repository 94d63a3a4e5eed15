using System.Buffers.Binary;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>What one variant did. Only recipients who had time to answer are counted: who was written to a minute ago is no refusal.</summary>
/// <param name="Sent">Messages that went out long enough ago.</param>
/// <param name="Replied">Of those, answered.</param>
public sealed record VariantResult(string Key, int Sent, int Replied);

/// <summary>Of the recipients who still wait, the share that each variant gets; together 1.</summary>
public sealed record VariantShare(string Key, double Share);

/// <summary>Which variant a recipient gets.</summary>
public static class VariantShares
{
    /// <summary>Each used variant keeps at least this, so that one that began badly can prove itself, and none gets more than <see cref="Ceiling"/>.</summary>
    public const double Floor = 0.05;

    public const double Ceiling = 0.6;

    /// <summary>Messages of each variant before anything shifts.</summary>
    public const int Enough = 50;

    /// <summary>After so long a message counts: who was written to a minute ago is no refusal.</summary>
    public static readonly TimeSpan TimeToAnswer = TimeSpan.FromHours(4);

    private const int Draws = 4_000;

    /// <summary>By weight alone.</summary>
    public static IReadOnlyList<VariantShare> Fixed(VariantSet set)
    {
        var total = (double)set.Used.Sum(v => v.Weight);
        return [.. set.Used.Select(v => new VariantShare(v.Key, v.Weight / total))];
    }

    /// <summary>
    /// Each gets the probability that it is the best one, as far as the results tell (Thompson's rule over Beta(1 + replied, 1 + not replied)), between floor and
    /// ceiling. The same results and seed give the same shares.
    /// </summary>
    public static IReadOnlyList<VariantShare> Of(VariantSet set, IReadOnlyCollection<VariantResult> results, int seed)
    {
        var used = set.Used.Select(v => results.FirstOrDefault(r => r.Key == v.Key) ?? new VariantResult(v.Key, 0, 0)).ToArray();
        if (set.Mix == VariantMix.Fixed || used.Length < 2 || used.Any(r => r.Sent < Enough))
        {
            return Fixed(set);
        }

        var random = new Random(seed);
        var wins = new int[used.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (best, most) = (0, -1d);
            for (var i = 0; i < used.Length; i++)
            {
                var rate = Chance.Beta(1 + used[i].Replied, 1 + Math.Max(0, used[i].Sent - used[i].Replied), random);
                (best, most) = rate > most ? (i, rate) : (best, most);
            }

            wins[best]++;
        }

        var shares = Between([.. wins.Select(w => (double)w / Draws)]);
        return [.. used.Select((r, i) => new VariantShare(r.Key, shares[i]))];
    }

    /// <summary>The variant of one recipient; always the same for the same shares, so that a step that is repeated decides the same.</summary>
    public static string Draw(IReadOnlyList<VariantShare> shares, Guid campaign, Guid contact)
    {
        Span<byte> bytes = stackalloc byte[16];
        DerivedKey.Of(campaign, contact, 0).TryWriteBytes(bytes);
        var point = BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (uint.MaxValue + 1d);
        foreach (var share in shares)
        {
            if (point < share.Share)
            {
                return share.Key;
            }

            point -= share.Share;
        }

        return shares[^1].Key;
    }

    // The shares keep their proportion as far as the bounds let them: stretched by one factor, then cut, so that together they are 1.
    private static double[] Between(double[] chances)
    {
        var (floor, ceiling) = (Math.Min(Floor, 1d / chances.Length), Math.Max(Ceiling, 1d / chances.Length));
        var (low, high) = (0d, ceiling * Draws);
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = Cut(middle).Sum() < 1 ? (middle, high) : (low, middle);
        }

        return Cut(high);

        // Who never won may still get what the others leave.
        double[] Cut(double factor) => [.. chances.Select(c => Math.Clamp(Math.Max(c, 1d / Draws) * factor, floor, ceiling))];
    }
}
