using WhatsAI.Core.Campaigns.Guards;

namespace WhatsAI.Core.Campaigns.Releasing;

/// <summary>How a campaign's part of the pool's queue stands.</summary>
/// <param name="Waiting">Of its messages.</param>
/// <param name="Left">That left the queue since the turn before.</param>
/// <param name="Senders">Numbers of the pool that send.</param>
/// <param name="MeanGap">Between two messages of one number.</param>
public sealed record QueueStand(int Waiting, int Left, int Senders, TimeSpan MeanGap);

/// <summary>
/// How many recipients are handed to the pool's queue. Few: what is asked of a person (his consent, his cap, an agent who talks with him) is asked when his message
/// goes there, and a message that is not there need not be taken back.
/// </summary>
public static class ReleaseAhead
{
    /// <summary>Of one turn, and waiting at once: what a pause or an end has to take back.</summary>
    public const int Most = 2_000;

    private static readonly TimeSpan _span = TimeSpan.FromMinutes(1);

    // Turns that what left in the last one should last for: a pool that is faster than its policy says gets more each turn.
    private const int Turns = 4;

    /// <summary>More for now, 0 for none.</summary>
    public static int More(QueueStand queue)
    {
        if (queue.Senders == 0)
        {
            return 0;
        }

        // One in hand and one behind it, so that no number waits for a turn.
        var planned = queue.Senders * Math.Max(2, (int)Math.Ceiling(_span / queue.MeanGap));
        var wanted = Math.Min(Math.Max(planned, queue.Left * Turns), Most);
        return Math.Max(0, wanted - queue.Waiting);
    }
}

/// <summary>What a campaign that is slowed down may still hand over.</summary>
/// <param name="Factor">Of the normal pace, as <see cref="BrakeState"/> has it.</param>
/// <param name="Since">When that factor began.</param>
/// <param name="Released">Since then.</param>
public sealed record BrakeAllowance(double Factor, DateTimeOffset Since, int Released)
{
    /// <summary>So many more, 0 for none. Without a brake there is no bound.</summary>
    public int More(QueueStand queue, DateTimeOffset now)
    {
        if (Factor >= 1)
        {
            return int.MaxValue;
        }

        var normal = queue.MeanGap <= TimeSpan.Zero ? 0 : queue.Senders * ((now - Since) / queue.MeanGap);
        return (int)Math.Clamp(Math.Floor(normal * Factor) - Released, 0, int.MaxValue);
    }
}
