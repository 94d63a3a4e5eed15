using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Core.Campaigns.Planning;

/// <summary>A number of the pool as the plan begins.</summary>
/// <param name="Score">Its health, 0 to 100; null while unknown.</param>
public sealed record FlightNumber(InstanceId Instance, MemberRole Role, PaceState State, int? Score = null);

/// <summary>Recipients of one kind.</summary>
/// <param name="Talks">The number they already talk with; null for none.</param>
public sealed record FlightGroup(Reach Reach, int People, InstanceId? Talks = null);

/// <summary>Everything a flight plan depends on.</summary>
/// <param name="Pool">With the campaign's own window, where it has one.</param>
/// <param name="Before">What waits in the pool already and goes first.</param>
/// <param name="Audience">Who is left out, for which reason.</param>
/// <param name="StartsAt">When the campaign begins.</param>
/// <param name="ReplyShare">Share of recipients expected to answer, from the company's earlier campaigns, 0 to 1; null while there are none.</param>
/// <param name="AnswersPerHour">What the agents answer in an hour; null while unknown.</param>
/// <param name="Price">Of one message, in the company's currency; null where messages cost nothing by the piece.</param>
public sealed record FlightCase(
    PoolPolicy Pool,
    IReadOnlyList<FlightNumber> Numbers,
    IReadOnlyList<FlightGroup> Groups,
    IReadOnlyList<Demand> Before,
    AudienceCount Audience,
    DateTimeOffset StartsAt,
    double? ReplyShare = null,
    double? AnswersPerHour = null,
    decimal? Price = null
)
{
    /// <summary>What the campaign's own messages are called in the schedule.</summary>
    public const string Key = "campaign";

    public int People => Groups.Sum(g => g.People);

    internal IReadOnlyList<Demand> Demands
    {
        get
        {
            var after = Before.Count == 0 ? 0 : Before.Max(d => d.Priority) + 1;
            return
            [
                .. Before,
                .. Groups.Where(g => g.People > 0).Select(g => new Demand(Key, after, g.Reach, g.People, StartsAt, Talks: g.Talks)),
            ];
        }
    }

    internal IEnumerable<FlightNumber> Senders => Numbers.Where(n => n.Role.Sends());
}
