using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Failover;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>A number's second server, to which it can go while its own is in trouble.</summary>
/// <param name="GoesByItself">After some failed probes, and nobody need do it.</param>
public sealed record StandbyOffer(InstanceId Number, string NumberName, string ServerName, bool GoesByItself);

/// <summary>Trouble of a gateway server, as far as somebody sees its numbers.</summary>
/// <param name="Since">The first fall, or since when it does not answer.</param>
/// <param name="Fallen">Those that are down because of it.</param>
/// <param name="Numbers">All linked ones of the server.</param>
/// <param name="Unreachable">The server itself does not answer.</param>
/// <param name="Standbys">Of the fallen, by name.</param>
public sealed record ServerTrouble(
    GatewayServerId Server,
    string ServerName,
    DateTimeOffset Since,
    bool Unreachable,
    IReadOnlySet<InstanceId> Fallen,
    IReadOnlySet<InstanceId> Numbers,
    IReadOnlyList<StandbyOffer> Standbys
);

/// <summary>A failover that is under way, a drill that nobody has ended, or what was done for a number that is still out.</summary>
/// <param name="ServesName">Through which number people in conversation are served; null for none, or where the reader does not see it.</param>
public sealed record ShownFailover(FailoverId Id, InstanceId Failed, InstanceId? Serves, string? ServesName, bool IsDrill)
{
    /// <summary>Everything of it is done.</summary>
    public bool IsDone { get; init; }

    /// <summary>Nobody could take over.</summary>
    public bool IsAlone { get; init; }

    /// <summary>From the signal to the other number's promotion; null: nobody was.</summary>
    public TimeSpan? Took => Times?.Promotion;

    /// <summary>Its stopwatch.</summary>
    public FailoverTimes? Times { get; init; }

    /// <summary>When everything of it was done; null: it is under way.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>People in conversation who go on through the other number, so far.</summary>
    public int Conversations { get; init; }

    /// <summary>Whether it is told step by step: while it is under way, and as long after it as somebody needs to read it.</summary>
    public bool IsFresh(DateTimeOffset now) => Times is not null && (FinishedAt is not { } end || now - end < TimeSpan.FromMinutes(1));
}

/// <summary>What the wall says beyond each number by itself.</summary>
/// <param name="Servers">The one that has been in trouble longest first.</param>
public sealed record WallTroubles(IReadOnlyList<ServerTrouble> Servers, IReadOnlyList<ShownFailover> Failovers)
{
    public static WallTroubles None { get; } = new([], []);

    /// <summary>The trouble that explains this number's; null: none does.</summary>
    public ServerTrouble? Of(InstanceId number) => Servers.FirstOrDefault(s => s.Fallen.Contains(number));

    public ShownFailover? FailoverOf(InstanceId number) => Failovers.FirstOrDefault(f => f.Failed == number);

    /// <summary>Counted anew for who sees some numbers only.</summary>
    public WallTroubles For(Func<InstanceId, bool> sees) =>
        new(
            [
                .. Servers
                    .Select(s =>
                        s with
                        {
                            Fallen = s.Fallen.Where(sees).ToHashSet(),
                            Numbers = s.Numbers.Where(sees).ToHashSet(),
                            Standbys = [.. s.Standbys.Where(o => sees(o.Number))],
                        }
                    )
                    .Where(s => s.Fallen.Count > 0),
            ],
            [
                .. Failovers
                    .Where(f => sees(f.Failed))
                    .Select(f => f.Serves is { } serves && !sees(serves) ? f with { Serves = null, ServesName = null } : f),
            ]
        );
}
