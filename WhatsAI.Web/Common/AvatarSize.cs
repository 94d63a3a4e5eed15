namespace WhatsAI.Web.Common;

/// <summary>20, 24, 32, 40 and 56 pixels.</summary>
public enum AvatarSize
{
    ExtraSmall,
    Small,
    Medium,
    Large,
    ExtraLarge,
}

public static class AvatarCss
{
    public static string? Css(this AvatarSize size) =>
        size switch
        {
            AvatarSize.ExtraSmall => "avatar-xs",
            AvatarSize.Small => "avatar-sm",
            AvatarSize.Large => "avatar-lg",
            AvatarSize.ExtraLarge => "avatar-xl",
            _ => null,
        };
}
