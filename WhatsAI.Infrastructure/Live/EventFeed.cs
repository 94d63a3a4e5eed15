using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Live;

/// <summary>
/// One subscriber's events, in a bounded channel: a browser that sleeps cannot grow the server's memory. On overflow what was waiting is dropped and one
/// <see cref="EverythingChanged"/> stands for it.
/// </summary>
public sealed class EventFeed : IDisposable
{
    /// <summary>Events that may wait for a slow subscriber.</summary>
    public const int Capacity = 256;

    private readonly EventHub _hub;
    private readonly Func<ConsoleEvent, bool> _shows;
    private readonly Channel<ConsoleEvent> _channel = Channel.CreateBounded<ConsoleEvent>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );
    private int _overflowed;

    internal EventFeed(EventHub hub, TenantId tenant, Func<ConsoleEvent, bool> shows) => (_hub, Tenant, _shows) = (hub, tenant, shows);

    public TenantId Tenant { get; }

    /// <summary>
    /// What has come, in batches: the first at once, each further one not before <paramref name="interval"/> has passed since the last was handed out.
    /// Ends with <see cref="OperationCanceledException"/>.
    /// </summary>
    public IAsyncEnumerable<IReadOnlyList<ConsoleEvent>> BatchesAsync(TimeSpan interval, CancellationToken cancellation) =>
        BatchesAsync(() => interval, cancellation);

    /// <param name="interval">Asked after each batch.</param>
    public async IAsyncEnumerable<IReadOnlyList<ConsoleEvent>> BatchesAsync(
        Func<TimeSpan> interval,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (await _channel.Reader.WaitToReadAsync(cancellation))
        {
            var batch = new List<ConsoleEvent>();
            var overflowed = Interlocked.Exchange(ref _overflowed, 0) == 1;
            while (_channel.Reader.TryRead(out var e))
            {
                batch.Add(e);
            }

            if (overflowed || batch.Exists(e => e is EverythingChanged))
            {
                batch = [new EverythingChanged(Tenant)];
            }

            yield return batch;
            await Task.Delay(interval(), cancellation);
        }
    }

    public void Dispose()
    {
        _hub.Remove(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(ConsoleEvent e)
    {
        if ((e is EverythingChanged || _shows(e)) && !_channel.Writer.TryWrite(e))
        {
            // Told once until the subscriber has looked.
            if (Interlocked.Exchange(ref _overflowed, 1) == 0)
            {
                EventMeter.Overflowed();
            }
        }
    }
}
