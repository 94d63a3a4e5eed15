namespace WhatsAI.Web.Analytics;

/// <summary>The texts of dashboards and of the files they give.</summary>
public sealed class AnalyticsText;
