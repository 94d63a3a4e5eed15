using System.Diagnostics.Metrics;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What becomes of journalled events.</summary>
internal static class InboundMeter
{
    public const string Name = "whatsai.inbound";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _processed = _meter.CreateCounter<long>(
        "whatsai.inbound.processed",
        "{event}",
        "Events taken out of the queue, by result: done, unreadable, unknown"
    );

    private static readonly Counter<long> _failed = _meter.CreateCounter<long>(
        "whatsai.inbound.failed",
        "{attempt}",
        "Attempts at one event that broke, by what came next: again, given_up"
    );

    private static readonly Histogram<double> _lag = _meter.CreateHistogram<double>(
        "whatsai.inbound.lag",
        "s",
        "From an event's arrival to the commit of what it says"
    );

    public static void Processed(Translation translation, TimeSpan lag)
    {
        _processed.Add(1, KeyValuePair.Create<string, object?>("result", JournalQueue.ProblemOf(translation) ?? "done"));
        _lag.Record(Math.Max(lag.TotalSeconds, 0));
    }

    public static void Failed(bool again) => _failed.Add(1, KeyValuePair.Create<string, object?>("next", again ? "again" : "given_up"));
}
