namespace WhatsAI.Core.Instances.Pools;

/// <summary>A reason as its resource key spells it: <c>DailyCap</c> is "daily-cap".</summary>
public static class ReasonKey
{
    public static string Of<T>(T reason)
        where T : struct, Enum =>
        string.Concat(reason.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <param name="prefix">The resource's part before the dot: "pace".</param>
    /// <param name="reason">What comes after it.</param>
    public static string Of<T>(string prefix, T reason)
        where T : struct, Enum => $"{prefix}.{Of(reason)}";
}
