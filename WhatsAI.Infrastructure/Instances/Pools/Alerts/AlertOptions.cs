using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>How alerts leave the console.</summary>
public sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>Where Telegram's Bot API answers; one's own server, or a proxy in front of it, where that is closed.</summary>
    [Required]
    public Uri TelegramAddress { get; set; } = new("https://api.telegram.org");

    /// <summary>How long a channel may take to answer before it counts as silent.</summary>
    [Range(1, 30)]
    public int AnswerSeconds { get; set; } = 10;

    /// <summary>Seconds between two looks at numbers that are in no pool, and at what only time ends.</summary>
    [Range(1, 300)]
    public int EverySeconds { get; set; } = 15;

    /// <summary>The address people type (Site:PublicAddress), for links; none: no links.</summary>
    internal Uri? SiteAddress { get; set; }
}
