namespace WhatsAI.Web.Inbox.Macros;

/// <summary>Names the resource of the macros' texts.</summary>
public sealed class MacroText;
