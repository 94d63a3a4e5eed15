namespace WhatsAI.Web.Instances.Failover;

/// <summary>Marks the texts of failovers and drills.</summary>
public sealed class FailoverText;
