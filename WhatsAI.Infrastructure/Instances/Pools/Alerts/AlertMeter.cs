using System.Diagnostics.Metrics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>How telling of alerts goes.</summary>
internal static class AlertMeter
{
    public const string Name = "whatsai.alerts";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _told = _meter.CreateCounter<long>(
        "whatsai.alerts.told",
        "{attempt}",
        "Attempts to tell a channel of an alert, by kind of channel and what came of it"
    );

    public static void Told(AlertChannelKind kind, DeliveryOutcome outcome) =>
        _told.Add(
            1,
            KeyValuePair.Create<string, object?>("channel", ReasonKey.Of(kind)),
            KeyValuePair.Create<string, object?>("result", ReasonKey.Of(outcome).Replace('-', '_'))
        );
}
