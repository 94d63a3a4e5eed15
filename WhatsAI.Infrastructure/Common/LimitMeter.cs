using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Common;

/// <summary>What was refused because one person or address asked for too much. Webhooks are counted with the journal's.</summary>
public static class LimitMeter
{
    public const string Name = "whatsai.limits";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _refused = _meter.CreateCounter<long>(
        "whatsai.limits.refused",
        "{request}",
        "What was refused because one person or address asked for too much, by limit"
    );

    /// <param name="limit">"sign_ins", "reset_mails", "sends", "uploads", "downloads", "alert_tests", "status" or "status_keys".</param>
    public static void Refused(string limit) => _refused.Add(1, KeyValuePair.Create<string, object?>("limit", limit));
}
