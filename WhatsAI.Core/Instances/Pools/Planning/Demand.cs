using System.Runtime.InteropServices;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Instances.Pools.Planning;

/// <summary>Messages that want to go out: of one campaign, class and kind of recipient.</summary>
/// <param name="Key">What it is called in the plan.</param>
/// <param name="Priority">The lower goes first ("approved" before "expired").</param>
/// <param name="From">When they come into the queue.</param>
/// <param name="Wanted">By when they should be out; null for whenever. What is late goes out all the same.</param>
/// <param name="Talks">The number these people already talk with.</param>
public sealed record Demand(
    string Key,
    int Priority,
    Reach Reach,
    int Count,
    DateTimeOffset From,
    DateTimeOffset? Wanted = null,
    InstanceId? Talks = null
);

/// <summary>A number as the plan begins.</summary>
/// <param name="Joins">When it begins to send; null for at once.</param>
/// <param name="Leaves">When it stops; null for never. A drill of a failing number is two of these.</param>
public sealed record PlannedNumber(
    InstanceId Instance,
    PaceState State,
    int? Score = null,
    DateTimeOffset? Joins = null,
    DateTimeOffset? Leaves = null
)
{
    internal bool SendsAt(DateTimeOffset at) => !(at < Joins) && !(at >= Leaves);
}

/// <summary>How a pool sends: what of it the plan depends on.</summary>
public sealed record PoolPolicy(PacePolicy Pace, PoolStrategy Strategy, bool IsSticky, TimeZoneInfo Zone);

[StructLayout(LayoutKind.Auto)]
public readonly record struct PlannedSend(DateTimeOffset At, InstanceId Instance, string Demand);

/// <summary>What becomes of one demand.</summary>
/// <param name="Sent">Within the plan's time.</param>
/// <param name="Late">Of all of them, those that go after <see cref="Demand.Wanted"/> or not within the plan's time.</param>
/// <param name="LastAt">When the last of them goes; null when not all do.</param>
public sealed record DemandOutcome(Demand Demand, int Sent, int Late, DateTimeOffset? LastAt);

/// <summary>A schedule, with the state each number has at its end: the next plan goes on from there.</summary>
public sealed record Schedule(
    IReadOnlyList<PlannedSend> Sends,
    IReadOnlyList<DemandOutcome> Outcomes,
    IReadOnlyDictionary<InstanceId, PaceState> States
);
