namespace WhatsAI.Web.Common;

/// <summary>Marks the texts of broken rules: one for each key of a <see cref="Core.Common.RuleException"/>.</summary>
public sealed class RuleText;
