namespace WhatsAI.Web.Instances.Pools;

/// <summary>Marks the texts of what the wall says of a server in trouble and of failovers under way.</summary>
public sealed class IncidentText;
