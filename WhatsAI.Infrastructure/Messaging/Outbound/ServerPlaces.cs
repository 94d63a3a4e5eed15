namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>How many calls one server may hold at once, so that a silent one leaves room for the others.</summary>
public sealed class ServerPlaces(int each, TimeProvider? time = null)
{
    // A place that somebody has had for so long may be had for half a minute: then nobody waits for one.
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, Server> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Dispose it to leave the place; null when the server has none left.</summary>
    public IDisposable? TryTake(Uri server)
    {
        lock (_servers)
        {
            return TryTakeUnlocked(server.Authority);
        }
    }

    /// <summary>
    /// The same, but of a server whose places change hands one is waited for, for half a second at most: that is sooner than whoever comes again. When a
    /// server falls silent, others wait for that long once.
    /// </summary>
    public async Task<IDisposable?> TakeAsync(Uri server, CancellationToken cancellation)
    {
        TaskCompletionSource<IDisposable?> next;
        lock (_servers)
        {
            if (TryTakeUnlocked(server.Authority) is { } place)
            {
                return place;
            }

            var of = _servers[server.Authority];
            if (_time.GetElapsedTime(of.Taken.First!.Value) > _slow)
            {
                return null;
            }

            next = new TaskCompletionSource<IDisposable?>(TaskCreationOptions.RunContinuationsAsynchronously);
            of.Next.Enqueue(next);
        }

        await using var late = _time.CreateTimer(_ => next.TrySetResult(null), null, _slow, Timeout.InfiniteTimeSpan);
        await using var gone = cancellation.UnsafeRegister(_ => next.TrySetResult(null), null);
        return await next.Task;
    }

    private Place? TryTakeUnlocked(string server)
    {
        if (!_servers.TryGetValue(server, out var of))
        {
            _servers[server] = of = new Server();
        }

        return of.Taken.Count < each ? new Place(this, server, of.Taken.AddLast(_time.GetTimestamp())) : null;
    }

    private void Leave(string server, LinkedListNode<long> mine)
    {
        lock (_servers)
        {
            var of = _servers[server];
            of.Taken.Remove(mine);
            // Whoever waits has it at once; some have gone meanwhile.
            while (of.Next.TryDequeue(out var next))
            {
                var place = new Place(this, server, of.Taken.AddLast(_time.GetTimestamp()));
                if (next.TrySetResult(place))
                {
                    return;
                }

                of.Taken.RemoveLast();
            }

            if (of.Taken.Count == 0)
            {
                _servers.Remove(server);
            }
        }
    }

    /// <summary>One server's places, by when they were taken, and who waits for the next.</summary>
    private sealed class Server
    {
        public LinkedList<long> Taken { get; } = new();

        public Queue<TaskCompletionSource<IDisposable?>> Next { get; } = new();
    }

    private sealed class Place(ServerPlaces places, string server, LinkedListNode<long> since) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                places.Leave(server, since);
            }
        }
    }
}
