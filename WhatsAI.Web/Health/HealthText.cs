namespace WhatsAI.Web.Health;

/// <summary>The texts of the operators' health page.</summary>
public sealed class HealthText;
