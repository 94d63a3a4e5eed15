using System.Collections.Concurrent;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Live;

/// <summary>
/// One read of a tenant's state for everybody in this process who asks for it: who asks gets a read that begins after he asked, together with all others
/// who asked by then. However many screens are open, it costs one query per <see cref="Apart"/>. What is handed out must be immutable.
/// </summary>
public abstract class SharedRead<T>(TimeProvider time) : SharedRead<TenantId, T>(time);

/// <summary>The same of one thing of many: a campaign, say.</summary>
public abstract class SharedRead<TKey, T>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>The shortest time between the beginnings of two reads of one tenant or thing.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<TKey, Turns> _turns = new();

    // More are forgotten: a key that nobody looks at any more costs its last read, one that somebody does is there again at once.
    private const int MostKept = 2_000;

    /// <summary>The caller has checked that whoever asks may see it.</summary>
    public Task<T> OfAsync(TKey key, CancellationToken ct)
    {
        if (!_turns.TryGetValue(key, out var turns))
        {
            if (_turns.Count >= MostKept)
            {
                _turns.Clear();
            }

            turns = _turns.GetOrAdd(key, k => new Turns(this, k));
        }

        return turns.NextAsync(ct);
    }

    protected abstract Task<T> ReadAsync(TKey key, CancellationToken ct);

    private sealed class Turns(SharedRead<TKey, T> owner, TKey key)
    {
        private readonly Lock _gate = new();
        private Task _last = Task.CompletedTask;
        private Task<T>? _next;
        private long? _began;

        public Task<T> NextAsync(CancellationToken ct)
        {
            lock (_gate)
            {
                if (_next is null)
                {
                    _next = ReadAsync(_last);
                    _last = _next;
                    // Everybody who waited may have left.
                    _ = _next.ContinueWith(
                        t => t.Exception,
                        CancellationToken.None,
                        TaskContinuationOptions.OnlyOnFaulted,
                        TaskScheduler.Default
                    );
                }

                return _next.WaitAsync(ct);
            }
        }

        private async Task<T> ReadAsync(Task before)
        {
            await Task.Yield();
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_began is { } began && Apart - owner.Time.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, owner.Time);
            }

            lock (_gate)
            {
                // From here on it may miss what changes: who asks now gets another.
                _next = null;
                _began = owner.Time.GetTimestamp();
            }

            return await owner.ReadAsync(key, CancellationToken.None);
        }
    }

    private TimeProvider Time { get; } = time;
}
