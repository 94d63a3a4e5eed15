namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>When a number must be judged again although nothing happens: the passing of time is a sign too.</summary>
public static class NextLook
{
    private static readonly TimeSpan _melting = TimeSpan.FromMinutes(1);

    /// <summary>The earliest moment after <paramref name="now"/>; null: only an event can change anything.</summary>
    /// <param name="facts">As they were judged.</param>
    /// <param name="watch">As it was judged.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="unacked">The oldest message that may still be confirmed in time.</param>
    /// <param name="role">In its pool; null where it is in none.</param>
    /// <param name="now">The moment of the look.</param>
    public static DateTimeOffset? After(
        NumberFacts facts,
        WatchState watch,
        Finding finding,
        DateTimeOffset? unacked,
        MemberRole? role,
        DateTimeOffset now
    )
    {
        var link = facts.Link;
        DateTimeOffset?[] times =
        [
            link is { WasLinked: true, State: InstanceState.Disconnected } ? link.Since + Judgement.DeadAfter : null,
            link is { WasLinked: true, State: InstanceState.Connecting } ? link.Since + Judgement.ReconnectsFor : null,
            link.State == InstanceState.Restricted ? link.RestrictedUntil : null,
            unacked + WatchRules.AckPatience,
            finding.Verdict.MustMove() && !finding.IsWhatsAppsWord ? finding.Since + GatewayIncident.Settles : null,
            finding.Verdict == Verdict.Flapping ? now + _melting : null,
            role == MemberRole.Quarantined ? watch.QuietUntil : null,
            role == MemberRole.Quarantined && finding.Verdict == Verdict.Healthy ? finding.Since + Quarantine.CalmFor : null,
        ];
        return times.Where(t => t > now).Min();
    }
}
