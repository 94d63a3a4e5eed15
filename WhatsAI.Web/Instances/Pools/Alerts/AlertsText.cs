namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>Names the resource of the alert centre's and its settings' texts. What is said of an alert is Infrastructure's: channels say it too.</summary>
public sealed class AlertsText;
