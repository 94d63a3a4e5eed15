using System.Text.Json.Serialization;

namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What the signs of a number come to. A resource key below "verdict." (<see cref="ReasonKey"/>).</summary>
public enum Verdict
{
    /// <summary>Nothing proves anything, which is not bad.</summary>
    Unknown,
    Healthy,

    /// <summary>Works, but not as it used to.</summary>
    Degraded,

    /// <summary>Goes up and down without end.</summary>
    Flapping,

    /// <summary>WhatsApp lets some of it through: a temporary ban, no new chats, or what is sent arrives nowhere.</summary>
    Restricted,

    /// <summary>The device was removed: a person must scan.</summary>
    LoggedOut,

    /// <summary>No session, and time does not bring it back.</summary>
    Dead,

    Banned,
}

public static class Verdicts
{
    /// <summary>Whether its work must go to another number.</summary>
    public static bool MustMove(this Verdict verdict) =>
        verdict is Verdict.Restricted or Verdict.LoggedOut or Verdict.Dead or Verdict.Banned;

    /// <summary>Said by WhatsApp about this very number: no trouble of a gateway excuses it.</summary>
    public static bool IsWhatsAppsWord(this Verdict verdict) => verdict is Verdict.Restricted or Verdict.Banned;

    /// <summary>Whether campaign messages may go out through it.</summary>
    public static bool MaySend(this Verdict verdict) => verdict is Verdict.Healthy or Verdict.Degraded or Verdict.Unknown;
}

/// <summary>A verdict with what it rests on.</summary>
/// <param name="Cause">A resource key below "cause." ("closed.403", "ack-gap").</param>
/// <param name="Since">When the cause began.</param>
/// <param name="Until">Its end, where one is known.</param>
/// <param name="InboundOnly">It receives, but what it sends arrives nowhere.</param>
public sealed record Finding(Verdict Verdict, string Cause, DateTimeOffset Since, DateTimeOffset? Until = null, bool InboundOnly = false)
{
    /// <summary>What does not come back, and what fails, we conclude ourselves: a gateway that is deaf looks the same on all its numbers.</summary>
    [JsonIgnore]
    public bool IsConcluded => Cause is "ack-gap" or "failures";

    /// <inheritdoc cref="Verdicts.IsWhatsAppsWord"/>
    [JsonIgnore]
    public bool IsWhatsAppsWord => Verdict.IsWhatsAppsWord() && !IsConcluded;
}
