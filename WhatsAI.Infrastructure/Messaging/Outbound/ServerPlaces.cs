namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>How many calls one server may hold at once, so that a silent one leaves room for the others.</summary>
public sealed class ServerPlaces(int each)
{
    private readonly Dictionary<string, int> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Dispose it to leave the place; null when the server has none left.</summary>
    public IDisposable? TryTake(Uri server)
    {
        lock (_taken)
        {
            var taken = _taken.GetValueOrDefault(server.Authority);
            if (taken >= each)
            {
                return null;
            }

            _taken[server.Authority] = taken + 1;
            return new Place(this, server.Authority);
        }
    }

    private void Leave(string server)
    {
        lock (_taken)
        {
            if (--_taken[server] == 0)
            {
                _taken.Remove(server);
            }
        }
    }

    private sealed class Place(ServerPlaces places, string server) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                places.Leave(server);
            }
        }
    }
}
