using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>How often the console looks for what is due.</summary>
public sealed class LaterOptions
{
    public const string Section = "Later";

    /// <summary>Seconds between two looks: what was put off to a time happens at most so much later.</summary>
    [Range(1, 300)]
    public int EverySeconds { get; set; } = 5;
}
