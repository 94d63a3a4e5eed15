namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>
/// The clock that campaigns are paced by: the database's, so that copies whose clocks differ keep one pace. A test turns it on, to see a day pass or a clock
/// that is set wrong.
/// </summary>
public sealed class PaceClock
{
    /// <summary>How far ahead of the database's clock it is: nothing, outside tests.</summary>
    public TimeSpan Ahead { get; init; }
}
