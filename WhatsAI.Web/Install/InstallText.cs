namespace WhatsAI.Web.Install;

/// <summary>Names the resource of what the installed console says outside its pages.</summary>
public sealed class InstallText;
