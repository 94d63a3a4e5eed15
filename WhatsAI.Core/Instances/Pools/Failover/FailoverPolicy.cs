namespace WhatsAI.Core.Instances.Pools.Failover;

/// <summary>What a company wants to happen by itself when a number of a pool fails.</summary>
/// <param name="HoldEveryCampaign">Every campaign that has messages on the failed number waits for a person's decision, whatever its signals.</param>
public sealed record FailoverPolicy(bool HoldEveryCampaign = false);
