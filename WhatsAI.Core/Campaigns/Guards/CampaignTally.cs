using WhatsAI.Core.Instances.Pools.Failover;

namespace WhatsAI.Core.Campaigns.Guards;

/// <summary>What came of messages: of a whole campaign, or of one part of it.</summary>
/// <param name="Sent">Handed over, failed ones included.</param>
/// <param name="Failed">Of those.</param>
/// <param name="OptedOut">People who opted out after it.</param>
/// <param name="Blocks">Blocks, reports and quality events.</param>
public sealed record CampaignTally(int Sent, int Failed, int OptedOut, int Blocks = 0)
{
    /// <summary>What is bad by the thresholds that failover holds campaigns by, the gravest first: resource keys below "held.".</summary>
    public IReadOnlyList<string> Bad => new CampaignSignals(Guid.Empty, Sent, OptedOut, Failed, Blocks, Queued: 0).Bad;

    /// <summary>The events that a cause counts.</summary>
    public int EventsOf(string cause) =>
        cause switch
        {
            "held.blocks" => Blocks,
            "held.opt-outs" => OptedOut,
            _ => Failed,
        };

    public CampaignTally Without(CampaignTally part) =>
        new(Sent - part.Sent, Failed - part.Failed, OptedOut - part.OptedOut, Blocks - part.Blocks);
}
