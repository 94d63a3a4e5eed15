namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>Why points are missing: a layer's own key with what it cost.</summary>
public sealed record HealthLoss(HealthLayer Layer, string Key, int Points);

/// <summary>One figure from the six layers, and what it is made of.</summary>
/// <param name="Value">0 to 100; null where too little is proven to say one.</param>
/// <param name="Losses">The dearest first; together with <paramref name="Value"/> they make 100.</param>
/// <param name="Unknown">Layers nothing is proven of; they cost nothing.</param>
public sealed record HealthScore(int? Value, IReadOnlyList<HealthLoss> Losses, IReadOnlyList<HealthLayer> Unknown)
{
    /// <summary>Proven weight below which a figure would be a guess: gateway and session together.</summary>
    private const int EnoughProven = 50;

    public static HealthScore Of(IReadOnlyList<LayerHealth> layers)
    {
        var known = layers.Where(l => l.Gravity != Gravity.Unknown).ToArray();
        var unknown = layers.Where(l => l.Gravity == Gravity.Unknown).Select(l => l.Layer).ToArray();
        var proven = known.Sum(l => Weight(l.Layer));
        // A proven failure is a figure even when it is all that is proven.
        if (known.Length == 0 || (proven < EnoughProven && known.All(l => l.Gravity != Gravity.Critical)))
        {
            return new HealthScore(null, [], unknown);
        }

        // Nothing gets through a layer that is broken: it takes all that the others would give.
        var broken = known.FirstOrDefault(l => l is { Gravity: Gravity.Critical, Layer: HealthLayer.Gateway or HealthLayer.Session });
        HealthLoss[] losses = broken is not null
            ? [new HealthLoss(broken.Layer, broken.Key, 100)]
            :
            [
                .. known
                    .Select(l => new HealthLoss(
                        l.Layer,
                        l.Key,
                        (int)Math.Round(100 * Weight(l.Layer) * (1 - Worth(l.Gravity)) / Math.Max(proven, EnoughProven))
                    ))
                    .Where(l => l.Points > 0)
                    .OrderByDescending(l => l.Points),
            ];
        return new HealthScore(100 - losses.Sum(l => l.Points), losses, unknown);
    }

    private static double Weight(HealthLayer layer) =>
        layer switch
        {
            HealthLayer.Session => 30,
            HealthLayer.Gateway or HealthLayer.Acknowledgement => 20,
            _ => 10,
        };

    private static double Worth(Gravity gravity) =>
        gravity switch
        {
            Gravity.Fine => 1,
            Gravity.Info => 0.8,
            Gravity.Warning => 0.4,
            _ => 0,
        };
}
