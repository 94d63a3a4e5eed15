using System.Globalization;

namespace WhatsAI.Bench;

/// <summary>Milliseconds of many single events, from any thread.</summary>
internal sealed class Latencies
{
    private readonly Lock _gate = new();
    private readonly List<double> _all = [];
    private double[]? _sorted;

    public int Count => _all.Count;

    public void Add(TimeSpan one)
    {
        lock (_gate)
        {
            (_sorted, _) = (null, 0);
            _all.Add(one.TotalMilliseconds);
        }
    }

    /// <summary>The value that this share of all does not exceed.</summary>
    public double At(double share)
    {
        lock (_gate)
        {
            _sorted ??= [.. _all.Order()];
            return _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(share * _sorted.Length))];
        }
    }

    public string Text(double share) => Milliseconds(At(share));

    public static string Milliseconds(double value) => value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture) + " ms";
}
