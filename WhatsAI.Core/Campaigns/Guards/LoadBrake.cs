namespace WhatsAI.Core.Campaigns.Guards;

/// <summary>How the agents stand.</summary>
/// <param name="Unanswered">Open conversations whose last word is the customer's.</param>
/// <param name="Capacity">How many conversations the agents who are there take together; null where one of them has no limit.</param>
public sealed record AgentLoad(int Unanswered, int? Capacity);

/// <summary>How fast a campaign may go for its agents' sake.</summary>
/// <param name="Factor">Of its normal pace: 1 for all of it, in tenths, never 0.</param>
public sealed record BrakeState(double Factor)
{
    public static BrakeState Free { get; } = new(1);

    public bool IsBraking => Factor < 1;

    /// <summary>A gap between two messages, as it becomes.</summary>
    public TimeSpan Stretched(TimeSpan gap) => gap / Factor;
}

/// <summary>
/// A campaign slows down while customers wait for answers it brought about: an answer that nobody reads costs more than a message that goes later. It begins at
/// the agents' capacity, reaches its least at twice of it, and lets go only well below, so that it does not flutter.
/// </summary>
public static class LoadBrake
{
    public const double Least = 0.1;

    // Of the capacity.
    private const double Begins = 1;
    private const double Full = 2;
    private const double LetsGo = 0.8;

    /// <summary>Of the unanswered so many are all that makes a difference.</summary>
    public static int MostCounted(int capacity) => (int)Math.Min(int.MaxValue, Math.Max(1, Math.Ceiling(Full * capacity)));

    public static BrakeState Next(BrakeState before, AgentLoad load)
    {
        if (load.Capacity is not { } capacity || load.Unanswered == 0)
        {
            return BrakeState.Free;
        }

        // Who waits while nobody is there waits all the more.
        var share = capacity == 0 ? Full : (double)load.Unanswered / capacity;
        if (share <= Begins)
        {
            return before.IsBraking && share > LetsGo ? new BrakeState(0.9) : BrakeState.Free;
        }

        var wanted = 1 - ((share - Begins) / (Full - Begins));
        return new BrakeState(Math.Clamp(Math.Floor(wanted * 10 + 1e-9) / 10, Least, 0.9));
    }
}
