using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>Whom a table compares.</summary>
public enum ReportBy
{
    Agent,
    Team,
    Number,
}

/// <summary>What a report is about. The agent is he who answered or resolved: what nobody has answered yet is no agent's.</summary>
/// <param name="Before">What <paramref name="Span"/> is compared with.</param>
public sealed record ReportQuery(ReportSpan Span, ReportSpan Before, ReportBy By, InstanceId? Number, TeamId? Team, UserId? Agent);

/// <summary>What happened in a span; each thing is counted in the span in which it happened.</summary>
/// <param name="Received">Messages of customers, of the numbers asked for; teams and agents have no part in it.</param>
/// <param name="Sent">Ours, alike.</param>
public sealed record Figures(
    int Opened,
    Spread FirstResponse,
    Spread NextResponse,
    Spread Resolution,
    long Received,
    long Sent,
    HourFlow Flow,
    IReadOnlyDictionary<Guid, ReportPart> Parts
)
{
    public Ratings Ratings { get; init; } = Ratings.None;

    public int Resolved => Resolution.Count;
}

/// <summary>An agent's, a team's or a number's part; under the empty id what is nobody's.</summary>
public sealed record ReportPart(Spread FirstResponse, Spread NextResponse, Spread Resolution)
{
    public Ratings Ratings { get; init; } = Ratings.None;

    public static ReportPart None { get; } = new(default, default, default);

    public int Resolved => Resolution.Count;
}

/// <summary>What customers said who were asked in the span.</summary>
/// <param name="Asked">How many.</param>
/// <param name="Scores">How many gave one, two, three, four and five.</param>
public sealed record Ratings(int Asked, IReadOnlyList<int> Scores)
{
    public static Ratings None { get; } = new(0, [0, 0, 0, 0, 0]);

    public int Answered => Scores.Sum();

    /// <summary>Null: nobody said anything.</summary>
    public double? Average => Answered == 0 ? null : (double)Scores.Select((count, at) => count * (at + 1)).Sum() / Answered;
}

/// <param name="At">When it was read.</param>
public sealed record Report(DateTimeOffset At, Figures Now, Figures Before);

/// <param name="Gone">It was removed; what it did stays.</param>
public sealed record ReportName(Guid Id, string Name, bool Gone);

/// <summary>What reports are filtered by and what their rows are called; each by name.</summary>
public sealed record ReportNames(IReadOnlyList<ReportName> Numbers, IReadOnlyList<ReportName> Teams, IReadOnlyList<ReportName> Agents)
{
    public IReadOnlyList<ReportName> Of(ReportBy by) =>
        by switch
        {
            ReportBy.Agent => Agents,
            ReportBy.Team => Teams,
            _ => Numbers,
        };
}
