namespace WhatsAI.Core.Instances.Pools.Failover;

/// <summary>What a campaign itself did, over all numbers it went through.</summary>
/// <param name="Campaign">Its id.</param>
/// <param name="Sent">Messages handed over.</param>
/// <param name="OptOuts">People who opted out after it.</param>
/// <param name="Failures">Messages that failed.</param>
/// <param name="Blocks">Blocks, reports and quality events while it ran.</param>
/// <param name="Queued">Messages that wait on the failed number.</param>
public sealed record CampaignSignals(Guid Campaign, int Sent, int OptOuts, int Failures, int Blocks, int Queued)
{
    public const double MaxOptOuts = 0.02;

    public const double MaxFailures = 0.05;

    /// <summary>One of three is no signal yet: a share is looked at from this many events on.</summary>
    public const int Several = 2;

    /// <summary>What is bad about it, the gravest first: resource keys below "held."; empty when nothing is.</summary>
    public IReadOnlyList<string> Bad =>
        [
            .. Blocks > 0 ? new[] { "held.blocks" } : [],
            .. Over(OptOuts, MaxOptOuts) ? new[] { "held.opt-outs" } : [],
            .. Over(Failures, MaxFailures) ? new[] { "held.failures" } : [],
        ];

    private bool Over(int events, double most) => events >= Several && events > Sent * most;
}
