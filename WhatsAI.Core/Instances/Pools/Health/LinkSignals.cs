using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What happened to a number's link, as far as it says more than the link's new state does.</summary>
/// <param name="Signals">Ups and downs, in their order.</param>
/// <param name="IsChanged">The link's state is another one: the number must be judged again.</param>
/// <param name="IsNewSession">A person linked it anew: what was counted before is not about this session.</param>
public sealed record LinkSignals(IReadOnlyList<Signal> Signals, bool IsChanged, bool IsNewSession)
{
    // A session that begins with a restart ("515") has just been scanned.
    private static readonly TimeSpan _scanned = TimeSpan.FromMinutes(1);

    /// <param name="before">As it was stored.</param>
    /// <param name="events">In the order they came; those that are not about the link say nothing.</param>
    /// <param name="after">What they made of it.</param>
    /// <param name="now">When they came.</param>
    public static LinkSignals Of(ConnectionFacts before, IEnumerable<GatewayEvent> events, ConnectionFacts after, DateTimeOffset now)
    {
        var signals = new List<Signal>();
        if (before.WasLinked)
        {
            var up = before.State == InstanceState.Open;
            foreach (var e in events)
            {
                var (isUp, code) = e switch
                {
                    ConnectionChanged { State: LinkState.Open } => (true, null),
                    ConnectionChanged { State: LinkState.Connecting or LinkState.Closed } c => (false, c.Code is 200 ? null : c.Code),
                    InstanceClosed c => (false, c.Code),
                    _ => (up, (int?)null),
                };
                // A close is told three times, a reconnect by what follows it: only the first takes the session away.
                if (up && !isUp)
                {
                    signals.Add(new Signal.Reconnected(now, code, AfterScan: now - before.Since <= _scanned));
                }

                up = isUp;
            }
        }

        return new LinkSignals(signals, before.State != after.State, before.State.IsGrave() && after.State == InstanceState.Open);
    }
}
