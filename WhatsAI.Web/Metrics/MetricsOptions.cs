namespace WhatsAI.Web.Metrics;

/// <summary>Who may read <c>/metrics</c>.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>
    /// What a reader must send as <c>Authorization: Bearer …</c>. Unset: only programs on this machine that ask directly, not through a proxy, are answered.
    /// </summary>
    public string? Token { get; set; }
}
