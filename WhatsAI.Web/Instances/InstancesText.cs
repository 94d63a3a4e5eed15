namespace WhatsAI.Web.Instances;

/// <summary>Marks the texts of numbers and gateway servers.</summary>
public sealed class InstancesText;
