using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Live;

/// <summary>Live updates: what was told, and where somebody had to read everything again.</summary>
internal static class EventMeter
{
    public const string Name = "whatsai.events";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _published = _meter.CreateCounter<long>(
        "whatsai.events.published",
        "{event}",
        "Facts told to this process's subscribers and to the other copies"
    );

    private static readonly Counter<long> _overflowed = _meter.CreateCounter<long>(
        "whatsai.events.overflowed",
        "{feed}",
        "Times a subscriber was so slow that it must read everything again"
    );

    private static readonly Counter<long> _interrupted = _meter.CreateCounter<long>(
        "whatsai.events.interrupted",
        "{interruption}",
        "Times the link between the copies broke"
    );

    private static readonly UpDownCounter<long> _subscribers = _meter.CreateUpDownCounter<long>(
        "whatsai.events.subscribers",
        "{feed}",
        "Screens and caches that listen now"
    );

    public static void Published() => _published.Add(1);

    public static void Overflowed() => _overflowed.Add(1);

    public static void Interrupted() => _interrupted.Add(1);

    /// <param name="change">+1 or -1.</param>
    public static void Subscribers(int change) => _subscribers.Add(change);
}
