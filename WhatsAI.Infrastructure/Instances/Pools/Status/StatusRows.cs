namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>The company at a glance: <c>/api/status/quick</c>.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Zone">The company's, in which days begin.</param>
/// <param name="Status">"critical", "warning" or "ok": the gravest open alert; Info is ok.</param>
public sealed record QuickStatus(
    DateTimeOffset At,
    string Zone,
    string Status,
    NumberCounts Numbers,
    AlertCounts Alerts,
    QueueCounts Queue,
    PoolCounts Pools
);

/// <param name="Connected">With an open session.</param>
/// <param name="Healthy">By verdict; unknown ones are counted apart, never as bad.</param>
/// <param name="Failing">Flapping, restricted, logged out, dead or banned.</param>
public sealed record NumberCounts(int Total, int Connected, int Healthy, int Degraded, int Failing, int Unknown);

public sealed record AlertCounts(int Critical, int Warning, int Info, int Unacknowledged);

/// <param name="Waiting">Messages in the ledger that wait for their number.</param>
/// <param name="InDoubt">Messages of which nobody knows whether they went out.</param>
/// <param name="Campaign">Messages that wait at pools, without those that are held.</param>
/// <param name="Held">Messages of held campaigns.</param>
public sealed record QueueCounts(int Waiting, int InDoubt, int Campaign, int Held);

/// <param name="Cap">Campaign messages that may go out today in all.</param>
/// <param name="Left">Of those, how many still can before the day's last window closes.</param>
public sealed record PoolCounts(int Total, int Cap, int Sent, int Left);

/// <summary>The company's present day: <c>/api/status/daily</c>.</summary>
/// <param name="Date">In <paramref name="Zone"/>; it begins at <paramref name="From"/>.</param>
public sealed record DailyStatus(
    DateTimeOffset At,
    string Zone,
    DateOnly Date,
    DateTimeOffset From,
    DayCounts Messages,
    int AlertsRaised,
    IReadOnlyList<NumberDay> Numbers
);

/// <summary>Messages of every kind, by hours of UTC: where a zone is off by half an hour, the day begins half an hour early.</summary>
public sealed record DayCounts(int Sent, int Received, int Failed);

/// <param name="Campaign">Campaign messages of the day.</param>
/// <param name="Cap">How many may go out; null for a number in no pool.</param>
public sealed record NumberDay(Guid Id, int Sent, int Received, int Failed, int Campaign, int? Cap);

/// <summary>The pools and what each number is doing: <c>/api/instances/pools/status</c>.</summary>
public sealed record PoolsStatus(DateTimeOffset At, string Zone, IReadOnlyList<PoolStatus> Pools, IReadOnlyList<NumberStatus> WithoutPool);

/// <param name="Waiting">Campaign messages that wait here and are not held.</param>
/// <param name="Held">Those of held campaigns.</param>
public sealed record PoolStatus(
    Guid Id,
    string Name,
    bool Official,
    int Active,
    int Backup,
    int Warming,
    int Quarantined,
    int Cap,
    int Sent,
    int Left,
    int Waiting,
    int Held,
    IReadOnlyList<NumberStatus> Numbers
);

/// <param name="Role">"active", "backup", "warming", "quarantined" or "retired"; null in no pool.</param>
/// <param name="Verdict">"healthy", "degraded", "flapping", "restricted", "logged-out", "dead", "banned" or "unknown".</param>
/// <param name="Cause">What the verdict rests on ("closed.403").</param>
/// <param name="Score">0 to 100; null while unknown.</param>
/// <param name="Cap">Campaign messages its caps allow today; null where it sends none.</param>
public sealed record NumberStatus(
    Guid Id,
    string? Role,
    string Verdict,
    string Cause,
    DateTimeOffset Since,
    int? Score,
    int? Cap,
    int Sent,
    int? Left,
    DateTimeOffset? LastCampaignAt
);
