using System.Collections.Concurrent;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>A server that does not answer as it should: what was met there, and how long to rest before looking here again.</summary>
public sealed record ServerRest(GatewayFailure Failure, TimeSpan Wait);

/// <summary>
/// Keeps many numbers from asking one dead server, and from handing messages to one that has fallen silent: one caller asks it, at growing intervals, and
/// all others share the answer. Known to this process only.
/// </summary>
public sealed class ServerGates(TimeProvider time)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    // The others look here again this soon, which costs the server nothing, so that all are back soon after it is.
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Doubt> _doubts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Null: go ahead. A server that was down or is under suspicion is asked first, by <paramref name="ask"/> of one caller; whoever comes meanwhile waits
    /// for that answer.
    /// </summary>
    /// <param name="ask">A harmless question with a time-out of its own; is not cancelled, because others wait for its answer.</param>
    public async Task<ServerRest?> RestAsync(Uri server, Func<Task> ask, CancellationToken cancellation)
    {
        if (!_doubts.TryGetValue(server.Authority, out var doubt))
        {
            return null;
        }

        Task<ServerRest?> asking;
        lock (doubt)
        {
            if (time.GetUtcNow() < doubt.Until)
            {
                return doubt.Rest(time.GetUtcNow());
            }

            asking = doubt.Asking ??= AskAsync(server, ask);
        }

        return await asking.WaitAsync(cancellation);
    }

    /// <summary>A call was not answered, which may be that call's fault alone: the next who comes asks first.</summary>
    public void Suspect(Uri server) => _doubts.TryAdd(server.Authority, new Doubt());

    /// <summary>The server gave an answer of whatever kind.</summary>
    public void Answered(Uri server) => _doubts.TryRemove(server.Authority, out _);

    /// <summary>The server is down; how long all rest before one of them asks again.</summary>
    public ServerRest Failed(Uri server, GatewayFailure failure)
    {
        var doubt = _doubts.GetOrAdd(server.Authority, _ => new Doubt());
        lock (doubt)
        {
            doubt.Wait =
                doubt.Wait == TimeSpan.Zero ? _first
                : doubt.Wait * 2 > _longest ? _longest
                : doubt.Wait * 2;
            (doubt.Failure, doubt.Until, doubt.Asking) = (failure, time.GetUtcNow() + doubt.Wait, null);
            return doubt.Rest(time.GetUtcNow());
        }
    }

    private async Task<ServerRest?> AskAsync(Uri server, Func<Task> ask)
    {
        // The caller holds the lock.
        await Task.Yield();
        try
        {
            await ask();
        }
        catch (GatewayException e) when (e.Failure.IsTheServers())
        {
            return Failed(server, e.Failure);
        }
        catch (GatewayException)
        {
            // It answered, if only with a refusal.
        }

        Answered(server);
        return null;
    }

    private sealed class Doubt
    {
        public GatewayFailure Failure { get; set; }

        public DateTimeOffset Until { get; set; }

        public TimeSpan Wait { get; set; }

        public Task<ServerRest?>? Asking { get; set; }

        public ServerRest Rest(DateTimeOffset now) => new(Failure, Until - now < _lookAgain ? Until - now : _lookAgain);
    }
}
