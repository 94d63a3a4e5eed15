namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>From what is known of a number to one verdict: the gravest that anything proves. A refusal of WhatsApp comes before what we only conclude.</summary>
public static class Judgement
{
    /// <summary>Without a session for longer than this, time will not bring it back. A gateway needs a few seconds for a reconnect.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromMinutes(2);

    /// <summary>Reconnecting for longer than this is being dead, politely.</summary>
    public static readonly TimeSpan ReconnectsFor = TimeSpan.FromMinutes(10);

    /// <param name="facts">The link and its last proofs.</param>
    /// <param name="watch">What its signals left.</param>
    /// <param name="now">The database's clock.</param>
    public static Finding Of(NumberFacts facts, WatchState watch, DateTimeOffset now) =>
        OfRefusal(facts, now)
        ?? OfErrors(watch)
        ?? OfSession(facts.Link, now)
        ?? OfFlaps(watch, now)
        ?? OfAcks(watch, WatchRules.AllUnacked)
        ?? OfBlocks(watch, now, WatchRules.ManyBlocks)
        ?? OfFailures(watch, now, hopeless: true)
        ?? OfDegraded(facts, watch, now)
        ?? (
            facts.IsProven(now)
                ? new Finding(Verdict.Healthy, "healthy", Latest(Latest(facts.Link.Since, watch.WellSince), watch.Flaps.At))
                : new Finding(Verdict.Unknown, "no-proof", facts.LastProof)
        );

    private static Finding? OfRefusal(NumberFacts facts, DateTimeOffset now)
    {
        var link = facts.Link;
        return link.State switch
        {
            InstanceState.Banned => new(Verdict.Banned, link.CloseCode is 406 ? "closed.406" : "closed.403", link.Since),
            InstanceState.Restricted when link.RestrictedUntil <= now => new(Verdict.LoggedOut, "restriction-over", link.Since),
            InstanceState.Restricted => new(Verdict.Restricted, "closed.402", link.Since, link.RestrictedUntil),
            InstanceState.LoggedOut when facts.AwaitsScanAfterMove => new(Verdict.LoggedOut, "moved", link.Since),
            InstanceState.LoggedOut => new(Verdict.LoggedOut, "closed.401", link.Since),
            _ => null,
        };
    }

    private static Finding? OfErrors(WatchState watch) =>
        watch is { Refused: { } verdict and not Verdict.Degraded, RefusedAt: { } at }
            ? new(verdict, $"error.{ReasonKey.Of(ErrorCode.Of(watch.RefusedCode).Kind)}", at, InboundOnly: verdict == Verdict.Restricted)
            : null;

    private static Finding? OfSession(ConnectionFacts link, DateTimeOffset now) =>
        link.State switch
        {
            _ when !link.WasLinked => new(Verdict.Unknown, "never-linked", link.Since),
            InstanceState.Disconnected when now - link.Since >= DeadAfter => new(Verdict.Dead, "disconnected", link.Since),
            InstanceState.Connecting when now - link.Since >= ReconnectsFor => new(Verdict.Dead, "reconnecting", link.Since),
            _ => null,
        };

    private static Finding? OfFlaps(WatchState watch, DateTimeOffset now) =>
        watch.Flaps.After(now, WatchRules.FlapHalfLife) >= WatchRules.ManyFlaps
            ? new(Verdict.Flapping, watch.FlapCause ?? "closed", watch.FlapsSince ?? watch.Flaps.At, watch.QuietUntil)
            : null;

    private static Finding? OfAcks(WatchState watch, int least) =>
        watch.UnackedInRow >= least && watch.UnackedSince is { } since
            ? least >= WatchRules.AllUnacked
                ? new(Verdict.Restricted, "ack-gap", since, InboundOnly: true)
                : new(Verdict.Degraded, "ack-slow", since)
            : null;

    private static Finding? OfBlocks(WatchState watch, DateTimeOffset now, double least) =>
        // What has melted to a little under three blocks was three blocks.
        watch.Blocks.After(now, WatchRules.BlockHalfLife)
            >= least - 0.5
        && watch.BlockedAt is { } at
            ? new(least >= WatchRules.ManyBlocks ? Verdict.Restricted : Verdict.Degraded, "blocks", at)
            : null;

    private static Finding? OfFailures(WatchState watch, DateTimeOffset now, bool hopeless)
    {
        var sent = watch.RecentSent.After(now, WatchRules.RecentHalfLife);
        if (sent < WatchRules.EnoughSent)
        {
            return null;
        }

        var share = watch.RecentFailed.After(now, WatchRules.RecentHalfLife) / sent;
        // The habit, without the hour that is judged by it.
        var (usualSent, usualFailed) = (watch.UsualSent.Level - watch.RecentSent.Level, watch.UsualFailed.Level - watch.RecentFailed.Level);
        var usual = usualSent >= WatchRules.EnoughSent ? Math.Max(0, usualFailed) / usualSent : 0;
        var bad = Math.Max(WatchRules.BadShare, usual * WatchRules.TimesUsual);
        return share < (hopeless ? Math.Max(WatchRules.HopelessShare, bad) : bad)
            ? null
            : new(hopeless ? Verdict.Restricted : Verdict.Degraded, "failures", watch.RecentFailed.At);
    }

    private static Finding? OfDegraded(NumberFacts facts, WatchState watch, DateTimeOffset now) =>
        facts.Link.State switch
        {
            InstanceState.Disconnected => new(Verdict.Degraded, "disconnected", facts.Link.Since),
            InstanceState.Connecting => new(Verdict.Degraded, "reconnecting", facts.Link.Since),
            _ when watch is { Refused: Verdict.Degraded, RefusedAt: { } at } => new(
                Verdict.Degraded,
                $"error.{ReasonKey.Of(ErrorCode.Of(watch.RefusedCode).Kind)}",
                at
            ),
            _ when watch is { Quality: Quality.Low, QualityAt: { } at } => new(Verdict.Degraded, "quality-low", at),
            _ => OfAcks(watch, WatchRules.SomeUnacked) ?? OfBlocks(watch, now, 1) ?? OfFailures(watch, now, hopeless: false),
        };

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;
}
