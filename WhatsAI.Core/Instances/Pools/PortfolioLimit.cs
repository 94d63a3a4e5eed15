namespace WhatsAI.Core.Instances.Pools;

/// <summary>
/// The limit of official numbers: people written to outside their service window within 24 hours, counted for the whole business portfolio. How many numbers
/// there are changes nothing.
/// </summary>
/// <param name="People">250, 2 000, 10 000, 100 000; null for unlimited.</param>
/// <param name="Used">Different people in the last 24 hours, over all numbers.</param>
public sealed record PortfolioLimit(int? People, int Used)
{
    /// <summary>Null for unlimited.</summary>
    public int? Left => People is { } limit ? Math.Max(0, limit - Used) : null;
}
