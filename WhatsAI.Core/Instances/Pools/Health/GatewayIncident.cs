namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What is known of one number when many fail.</summary>
/// <param name="FellAt">When its trouble began (<see cref="Finding.Since"/>); looked at only where it has some.</param>
/// <param name="IsConcluded">See <see cref="Finding.IsConcluded"/>.</param>
/// <param name="HasMoved">It came to the server a while ago and waits for a scan: it did not fall there.</param>
public sealed record NumberFall(
    InstanceId Instance,
    GatewayServerId Server,
    Verdict Verdict,
    DateTimeOffset FellAt,
    bool IsConcluded = false,
    bool HasMoved = false
);

/// <summary>
/// Many numbers of one server that fell together: one trouble of the server or of what is behind it, not one of each number. Nobody is asked to scan again, and
/// no number is blamed.
/// </summary>
/// <param name="Since">The first fall.</param>
/// <param name="Fallen">Those that fell, and stay fallen, in the order of their ids.</param>
/// <param name="Of">Numbers of the server.</param>
/// <param name="Unreachable">The server itself does not answer; then one number is enough.</param>
public sealed record GatewayIncident(
    GatewayServerId Server,
    DateTimeOffset Since,
    IReadOnlyList<InstanceId> Fallen,
    int Of,
    bool Unreachable
)
{
    /// <summary>Fewer are coincidence.</summary>
    public const int Few = 3;

    /// <summary>What WhatsApp did not say itself is acted on no sooner: by then it shows whether the server's other numbers fall too.</summary>
    public static readonly TimeSpan Settles = TimeSpan.FromSeconds(4);

    private const double Most = 0.6;
    private static readonly TimeSpan _together = TimeSpan.FromMinutes(5);

    /// <param name="numbers">All that are linked, of any servers.</param>
    /// <param name="unreachable">Servers that do not answer, and since when.</param>
    public static IReadOnlyList<GatewayIncident> Find(
        IEnumerable<NumberFall> numbers,
        IReadOnlyDictionary<GatewayServerId, DateTimeOffset> unreachable
    ) =>
        [
            .. numbers
                .GroupBy(n => n.Server)
                .Select(g => OfServer(g.Key, [.. g], unreachable))
                .OfType<GatewayIncident>()
                .OrderBy(i => i.Since),
        ];

    private static GatewayIncident? OfServer(
        GatewayServerId server,
        IReadOnlyList<NumberFall> numbers,
        IReadOnlyDictionary<GatewayServerId, DateTimeOffset> unreachable
    )
    {
        var down = numbers.Where(HasFallen).OrderBy(n => n.FellAt).ToArray();
        if (unreachable.TryGetValue(server, out var since))
        {
            return new GatewayIncident(server, since, Ids(numbers), numbers.Count, Unreachable: true);
        }

        // The largest group that fell within five minutes.
        var together = down.Select(first => down.Where(n => n.FellAt >= first.FellAt && n.FellAt - first.FellAt <= _together).ToArray())
            .MaxBy(g => g.Length);
        return together is null || together.Length < Few || together.Length < Most * numbers.Count
            ? null
            : new GatewayIncident(server, together[0].FellAt, Ids(together), numbers.Count, Unreachable: false);
    }

    // Bans are about numbers, however many come at once.
    private static bool HasFallen(NumberFall number) =>
        !number.HasMoved
        && (number.IsConcluded || number.Verdict is Verdict.Dead or Verdict.LoggedOut or Verdict.Flapping or Verdict.Degraded);

    private static IReadOnlyList<InstanceId> Ids(IEnumerable<NumberFall> numbers) =>
        [.. numbers.Select(n => n.Instance).OrderBy(i => i.Value)];
}
