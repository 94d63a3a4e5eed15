using System.Runtime.InteropServices;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Infrastructure.Instances.Tape;

/// <summary>
/// What a line of the tape is made of: a line kept as such, or one of the moments of a failover or an alert. With the row's id it names the line. What happens
/// in one moment is read in this order; <see cref="TapeSql"/> counts on it.
/// </summary>
public enum TapeSource
{
    Connection,
    Role,
    FailoverSignal,
    FailoverPromoted,
    FailoverFirstSent,

    /// <summary>All of it done; of a drill that was ended, all put back.</summary>
    FailoverFinished,
    AlertRaised,
    AlertAcknowledged,
    AlertCleared,
}

/// <summary>Where a list of lines goes on: below this one.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TapeKey(DateTimeOffset At, TapeSource Source, Guid Id);

/// <summary>Something that happened to a number, or that was done with it.</summary>
/// <param name="What">Of a connection a text below "log."; of a role its cause; of a failover which moment; of an alert its kind.</param>
/// <param name="State">The link's, after it.</param>
/// <param name="From">Null: it joined a pool.</param>
/// <param name="To">Null: it left one.</param>
/// <param name="Detail">A resource key below "cause.".</param>
/// <param name="Actor">The person, where one did it.</param>
public sealed record TapeEvent(
    TapeKey Key,
    string What,
    InstanceState? State,
    int? Code,
    MemberRole? From,
    MemberRole? To,
    string? Detail,
    string? Actor
)
{
    public DateTimeOffset At => Key.At;

    /// <summary>Done with the number, by a person or by the system; else seen of it.</summary>
    public bool IsAction =>
        Actor is not null
        || Key.Source is not (TapeSource.Connection or TapeSource.FailoverSignal or TapeSource.AlertRaised or TapeSource.AlertCleared);
}

/// <summary>What was so from one moment to another.</summary>
public sealed record TapeSpan<T>(DateTimeOffset From, DateTimeOffset To, T Value);

/// <summary>Messages of a part of the window.</summary>
/// <param name="Confirmed">Of those sent, as far as is known by now; null where only hours are kept.</param>
public sealed record TapeTraffic(DateTimeOffset At, int Received, int Sent, int Failed, int? Confirmed);

/// <summary>A number's tape over a window.</summary>
/// <param name="Each">How long each part of the traffic is.</param>
/// <param name="Events">The newest of the window, newest first, at most <see cref="TapeQueries.Drawn"/>.</param>
/// <param name="Week">Messages of each hour of the last seven days, oldest first.</param>
public sealed record NumberTape(
    string Name,
    DateTimeOffset From,
    DateTimeOffset To,
    TimeSpan Each,
    IReadOnlyList<TapeSpan<InstanceState>> States,
    IReadOnlyList<TapeSpan<MemberRole?>> Roles,
    IReadOnlyList<TapeTraffic> Traffic,
    IReadOnlyList<TapeEvent> Events,
    IReadOnlyList<double> Week
);
