using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>What a number's open conversations are now, of one agent and team.</summary>
/// <param name="OldestWait">Since when the one waits that has waited longest.</param>
public sealed record OpenLoad(InstanceId Number, UserId? Agent, TeamId? Team, int Open, int Waiting, DateTimeOffset? OldestWait);

/// <summary>A conversation that a member has open in a window.</summary>
/// <param name="Name">The counterpart's; null where only the phone is known.</param>
public sealed record WatchedNow(UserId Agent, ConversationId Conversation, InstanceId Number, string? Name, string? Phone, Doing Doing);

/// <summary>A company's work at this moment. Immutable.</summary>
public sealed record LiveBoard(IReadOnlyList<OpenLoad> Loads, IReadOnlyList<AgentRow> Agents, IReadOnlyList<WatchedNow> Watched)
{
    /// <summary>Sums of what is asked for; null asks for all.</summary>
    public OpenNow Of(InstanceId? number, TeamId? team, UserId? agent) =>
        OpenNow.Of(
            Loads.Where(l =>
                (number is null || l.Number == number) && (team is null || l.Team == team) && (agent is null || l.Agent == agent)
            )
        );
}

public sealed record OpenNow(int Open, int Waiting, DateTimeOffset? OldestWait)
{
    public static OpenNow None { get; } = new(0, 0, null);

    public static OpenNow Of(IEnumerable<OpenLoad> loads) =>
        loads.Aggregate(
            None,
            (sum, l) =>
                new OpenNow(
                    sum.Open + l.Open,
                    sum.Waiting + l.Waiting,
                    sum.OldestWait is null || l.OldestWait < sum.OldestWait ? l.OldestWait ?? sum.OldestWait : sum.OldestWait
                )
        );
}
