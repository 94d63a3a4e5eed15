using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WhatsAI.Core.Instances;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>One list's changes, in a bounded channel: on overflow what waited is dropped and the list reads again.</summary>
public sealed class InboxFeed : IDisposable
{
    private readonly Action<InboxFeed> _leave;
    private readonly Channel<InboxChange> _channel = Channel.CreateBounded<InboxChange>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );
    private int _overflowed;

    private readonly IReadOnlySet<InstanceId>? _numbers;

    /// <param name="leave">Ends the subscription.</param>
    /// <param name="numbers">What the list's member sees; null: all.</param>
    internal InboxFeed(Action<InboxFeed> leave, IReadOnlySet<InstanceId>? numbers) => (_leave, _numbers) = (leave, numbers);

    public async IAsyncEnumerable<InboxChange> ChangesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await _channel.Reader.WaitToReadAsync(cancellation))
        {
            while (_channel.Reader.TryRead(out var change))
            {
                if (Interlocked.Exchange(ref _overflowed, 0) == 1)
                {
                    while (_channel.Reader.TryRead(out _))
                    {
                        // Older than the read that follows.
                    }

                    change = InboxChange.Everything;
                }

                yield return change.Of(_numbers);
            }
        }
    }

    public void Dispose()
    {
        _leave(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(InboxChange change)
    {
        if (!_channel.Writer.TryWrite(change))
        {
            Volatile.Write(ref _overflowed, 1);
        }
    }
}
