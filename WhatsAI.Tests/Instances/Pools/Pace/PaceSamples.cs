using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Tests.Instances.Pools.Pace;

internal static class PaceSamples
{
    /// <summary>Nothing but the interval limits.</summary>
    public static readonly PacePolicy Free = new()
    {
        Window = new SendingWindow(BusinessHours.Always.Spans),
        SeriesLength = 0,
        HourlyCap = PaceFloor.PerHour,
        DailyCap = PaceFloor.PerDay,
    };

    /// <summary>A number used for a year, so warm.</summary>
    public static readonly PaceState Warm = PaceState.New(new DateOnly(2025, 1, 1));
}
