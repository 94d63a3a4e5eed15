namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>Names the resource of the templates' texts.</summary>
public sealed class TemplatesText;
