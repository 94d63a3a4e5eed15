namespace WhatsAI.Web.Instances.Pools;

/// <summary>Marks the texts of pools: their screens, and every word that their rules give as a key (pace, role, rotation, verdict, cause, failover, held).</summary>
public sealed class PoolsText;
