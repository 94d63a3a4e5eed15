using System.Collections.Concurrent;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Keeps many numbers from asking one dead server: while it is down one of them asks, at growing intervals, and the others share its answer. Known to this
/// process only.
/// </summary>
public sealed class ServerGates(TimeProvider time)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    // The others look here again this soon, which costs the server nothing, so that all are back soon after it is.
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Down> _down = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null: go ahead. Else the failure that another number met, and how long to wait before looking again.</summary>
    public (GatewayFailure Failure, TimeSpan Wait)? Closed(Uri server)
    {
        if (!_down.TryGetValue(server.Authority, out var down))
        {
            return null;
        }

        lock (down)
        {
            if (time.GetUtcNow() < down.Until)
            {
                var left = down.Until - time.GetUtcNow();
                return (down.Failure, left < _lookAgain ? left : _lookAgain);
            }

            // The one that asks now; the others wait for what it finds.
            down.Until = time.GetUtcNow() + Longer(down.Wait);
            return null;
        }
    }

    public void Answered(Uri server) => _down.TryRemove(server.Authority, out _);

    /// <summary>How long to wait before the next try.</summary>
    public TimeSpan Failed(Uri server, GatewayFailure failure)
    {
        var down = _down.GetOrAdd(server.Authority, _ => new Down());
        lock (down)
        {
            down.Wait = Longer(down.Wait);
            (down.Failure, down.Until) = (failure, time.GetUtcNow() + down.Wait);
            return down.Wait;
        }
    }

    private static TimeSpan Longer(TimeSpan wait) =>
        wait == TimeSpan.Zero ? _first
        : wait * 2 > _longest ? _longest
        : wait * 2;

    private sealed class Down
    {
        public GatewayFailure Failure { get; set; }

        public DateTimeOffset Until { get; set; }

        public TimeSpan Wait { get; set; }
    }
}
