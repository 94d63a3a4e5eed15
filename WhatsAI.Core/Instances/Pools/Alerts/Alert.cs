using System.Runtime.InteropServices;

namespace WhatsAI.Core.Instances.Pools.Alerts;

/// <summary>What an alert is about: of one kind there is one open alert for each. Unique in the database while it is open.</summary>
/// <param name="Subject">The number's, pool's, server's, campaign's or failover's id, by the kind.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AlertKey(AlertKind Kind, Guid Subject);

/// <summary>An alert there should be.</summary>
/// <param name="Since">When the cause began; null where the alert's own beginning says it.</param>
/// <param name="Cause">A resource key for what is behind it; null where the kind says all.</param>
/// <param name="Done">What the system did about it, a resource key; null for "alert.{kind}.done".</param>
/// <param name="At">For sentences with a moment in them.</param>
/// <param name="On">For sentences with a day of the tenant's calendar in them.</param>
/// <param name="Count">For sentences with figures in them: of …</param>
/// <param name="Of">… so many.</param>
public sealed record WantedAlert(
    AlertKey Key,
    DateTimeOffset? Since = null,
    string? Cause = null,
    string? Done = null,
    DateTimeOffset? At = null,
    DateOnly? On = null,
    int? Count = null,
    int? Of = null
)
{
    /// <summary>The number that it is about; null where it is about none, or where the subject names it.</summary>
    public InstanceId? Number { get; init; }

    /// <summary>Another number that the sentence names: the one that takes over.</summary>
    public InstanceId? Other { get; init; }

    /// <summary>The pool it happened in, where it is a pool's affair and none of one number.</summary>
    public PoolId? Pool { get; init; }

    /// <summary>The server it is about.</summary>
    public GatewayServerId? Server => Key.Kind.IsOfServer() ? new GatewayServerId(Key.Subject) : null;
}

/// <summary>An alert there is: raised and not cleared. Acknowledged ones are among them: that a person knows of it does not end it.</summary>
/// <param name="GoneSince">When its cause was first found gone; null while it lasts.</param>
public sealed record OpenAlert(WantedAlert Alert, DateTimeOffset? GoneSince);

/// <summary>A difference between what is and what should be, to be written and, where it is a raise, told.</summary>
public abstract record AlertChange(AlertKey Key)
{
    /// <summary>New: the only change that goes out through the channels.</summary>
    public sealed record Raise(WantedAlert Alert) : AlertChange(Alert.Key);

    /// <summary>Still true, with other words.</summary>
    public sealed record Reword(WantedAlert Alert) : AlertChange(Alert.Key);

    /// <summary>The cause is gone; whether it stays so is waited for.</summary>
    public sealed record Fade(AlertKey Key, DateTimeOffset GoneSince) : AlertChange(Key);

    /// <summary>The cause came back while it was waited for: no new alert.</summary>
    public sealed record Return(WantedAlert Alert) : AlertChange(Alert.Key);

    public sealed record Clear(AlertKey Key) : AlertChange(Key);
}

/// <summary>Raised once, cleared by itself: a pure difference, so that asking twice changes nothing and a copy that was down makes up for what it missed.</summary>
public static class AlertDiff
{
    public static IReadOnlyList<AlertChange> Of(
        IReadOnlyCollection<OpenAlert> open,
        IReadOnlyCollection<WantedAlert> wanted,
        DateTimeOffset now
    )
    {
        var there = open.ToDictionary(o => o.Alert.Key);
        // Two reasons for one alert: the one that began first.
        var should = wanted.GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.MinBy(w => w.Since)!);
        return
        [
            .. should.Values.Where(w => !there.ContainsKey(w.Key)).OrderBy(w => w.Key.Kind).Select(w => new AlertChange.Raise(w)),
            .. there.Values.Select(o => Of(o, should.GetValueOrDefault(o.Alert.Key), now)).OfType<AlertChange>(),
        ];
    }

    private static AlertChange? Of(OpenAlert open, WantedAlert? wanted, DateTimeOffset now)
    {
        var key = open.Alert.Key;
        if (wanted is not null)
        {
            return open.GoneSince is not null ? new AlertChange.Return(wanted)
                : open.Alert != wanted ? new AlertChange.Reword(wanted)
                : null;
        }

        return now - (open.GoneSince ?? now) >= key.Kind.Calm() ? new AlertChange.Clear(key)
            : open.GoneSince is null ? new AlertChange.Fade(key, now)
            : null;
    }
}
