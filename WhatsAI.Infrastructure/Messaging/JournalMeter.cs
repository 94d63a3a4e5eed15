using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// Webhooks as they come in. Static, like the framework's own meters: an instrument is only a name, and what was counted is kept by whoever listens.
/// </summary>
public static class JournalMeter
{
    public const string Name = "whatsai.journal";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _appended = _meter.CreateCounter<long>(
        "whatsai.journal.appended",
        "{event}",
        "Gateway events stored and acknowledged"
    );

    private static readonly Counter<long> _bytes = _meter.CreateCounter<long>(
        "whatsai.journal.appended.size",
        "By",
        "Bodies of the events stored"
    );

    private static readonly Counter<long> _refused = _meter.CreateCounter<long>(
        "whatsai.journal.refused",
        "{event}",
        "Webhooks that were not stored, by reason"
    );

    private static readonly Histogram<double> _duration = _meter.CreateHistogram<double>(
        "whatsai.journal.append.duration",
        "s",
        "From a webhook's body read to its commit"
    );

    internal static void Appended(int bytes, TimeSpan took)
    {
        _appended.Add(1);
        _bytes.Add(bytes);
        _duration.Record(took.TotalSeconds);
    }

    /// <param name="reason">"unknown_route", "wrong_secret", "number_deleted", "too_large", "too_many" or "unavailable".</param>
    public static void Refused(string reason) => _refused.Add(1, KeyValuePair.Create<string, object?>("reason", reason));
}
