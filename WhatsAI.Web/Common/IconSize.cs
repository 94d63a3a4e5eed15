namespace WhatsAI.Web.Common;

/// <summary>16, 20 and 40 pixels.</summary>
public enum IconSize
{
    Small,
    Medium,
    Large,
}
