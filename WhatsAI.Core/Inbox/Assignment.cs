using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>How a conversation that nobody has taken finds its agent.</summary>
public enum AssignmentMode
{
    /// <summary>Somebody takes it.</summary>
    ByHand,

    /// <summary>The one whose turn it is: who has waited longest for a conversation.</summary>
    RoundRobin,

    /// <summary>The one with the fewest open conversations for what he can hold.</summary>
    LeastLoaded,
}

/// <summary>What a member says of himself; whether he is there at all the program sees by itself.</summary>
public enum Presence
{
    Online,
    Away,
    Offline,
}

/// <summary>An agent as far as the choice is concerned.</summary>
/// <param name="Presence">As it counts now: who has no window open is offline, whatever he said last.</param>
/// <param name="Open">Conversations of his that are open.</param>
/// <param name="Capacity">The most he is given; null: no limit.</param>
/// <param name="LastGivenAt">When he was last given one; null: never.</param>
public sealed record Agent(UserId Id, Presence Presence, int Open, int? Capacity, DateTimeOffset? LastGivenAt)
{
    public bool MayTakeOne => Presence == Presence.Online && (Capacity is not { } most || Open < most);
}

/// <summary>Who gets the next conversation.</summary>
public static class AssignmentPolicy
{
    /// <summary>Null: nobody can take it now; it waits for the first who can.</summary>
    /// <param name="mode">How they take turns.</param>
    /// <param name="agents">Who could: of the team, and who sees the number.</param>
    /// <param name="before">Who had it before; he gets it again if he can, so that the customer does not begin anew.</param>
    public static UserId? Choose(AssignmentMode mode, IEnumerable<Agent> agents, UserId? before = null)
    {
        var able = mode == AssignmentMode.ByHand ? [] : agents.Where(a => a.MayTakeOne).ToArray();
        if (able.Length == 0)
        {
            return null;
        }

        if (able.FirstOrDefault(a => a.Id == before) is { } again)
        {
            return again.Id;
        }

        var turn = able.OrderBy(a => a.LastGivenAt ?? DateTimeOffset.MinValue).ThenBy(a => a.Id.Value);
        return (
            mode == AssignmentMode.LeastLoaded
                ? able.OrderBy(Load).ThenBy(a => a.LastGivenAt ?? DateTimeOffset.MinValue).ThenBy(a => a.Id.Value)
                : turn
        )
            .First()
            .Id;
    }

    // Without a limit, one counts as if he could hold a hundred.
    private static double Load(Agent agent) => (double)agent.Open / Math.Max(agent.Capacity ?? 100, 1);
}
