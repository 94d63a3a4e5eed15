using System.ComponentModel.DataAnnotations;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>How often the console looks for pools that are due.</summary>
public sealed class PoolWorkOptions
{
    public const string Section = "Pools";

    /// <summary>Seconds between two looks for what is due at some time of the day.</summary>
    [Range(1, 300)]
    public int EverySeconds { get; set; } = 15;

    /// <summary>Seconds between two looks at each pool for numbers that failed or are well again.</summary>
    [Range(1, 300)]
    public int SupervisionSeconds { get; set; } = 20;
}
