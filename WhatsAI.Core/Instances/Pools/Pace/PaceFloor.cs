namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>
/// What no setting undoes: the form refuses less, and what is stored all the same (an older version, a hand in the database) is read as this.
/// The figures are the house's own; nobody outside publishes any.
/// </summary>
public static class PaceFloor
{
    /// <summary>Between two campaign messages of one number.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>Campaign messages of one number in an hour of the clock, and in a day.</summary>
    public const int PerHour = 120;

    public const int PerDay = 1_000;
}
