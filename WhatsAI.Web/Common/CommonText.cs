namespace WhatsAI.Web.Common;

/// <summary>Marks the resources that any two features use.</summary>
public sealed class CommonText;
