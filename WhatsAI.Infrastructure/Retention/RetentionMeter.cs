using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>What was removed because it had been kept long enough.</summary>
internal static class RetentionMeter
{
    public const string Name = "whatsai.retention";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _removed = _meter.CreateCounter<long>(
        "whatsai.retention.removed",
        "{row}",
        "Rows and files removed, by what they were"
    );

    private static readonly Counter<long> _sweeps = _meter.CreateCounter<long>(
        "whatsai.retention.sweeps",
        "{sweep}",
        "Rounds by result: done, elsewhere (another copy is at it), failed"
    );

    private static readonly Counter<long> _givenUp = _meter.CreateCounter<long>(
        "whatsai.retention.given_up",
        "{walk}",
        "Walks ended early because a step took too long or met a lock; the next round takes them up again"
    );

    public static void Removed(string what, long count) => _removed.Add(count, KeyValuePair.Create<string, object?>("what", what));

    public static void Swept(string result) => _sweeps.Add(1, KeyValuePair.Create<string, object?>("result", result));

    public static void GivenUp(string what) => _givenUp.Add(1, KeyValuePair.Create<string, object?>("what", what));
}
