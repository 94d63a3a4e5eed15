namespace WhatsAI.Web.Instances;

/// <summary>The texts of a number's second gateway server.</summary>
public sealed class StandbyText;
