using System.Collections.Concurrent;
using System.Threading.Channels;
using WhatsAI.Core.Instances;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Instances of which something waits in the journal, each at most once. A hint only: what it loses the worker finds in the table.</summary>
public sealed class InboundSignal
{
    private readonly ConcurrentDictionary<InstanceId, byte> _waiting = new();
    private readonly Channel<InstanceId> _queue = Channel.CreateUnbounded<InstanceId>();

    public void Raise(InstanceId instance)
    {
        if (_waiting.TryAdd(instance, 0))
        {
            _queue.Writer.TryWrite(instance);
        }
    }

    /// <summary>Raises it after a while, until when nothing that is raised counts: it could not be worked at.</summary>
    public async Task RaiseLaterAsync(InstanceId instance, TimeSpan after, TimeProvider time, CancellationToken cancellation)
    {
        if (_waiting.TryAdd(instance, 0))
        {
            await Task.Delay(after, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _queue.Writer.TryWrite(instance);
        }
    }

    /// <summary>The next instance. From here on a further <see cref="Raise"/> counts again, so nothing is lost that comes during the work.</summary>
    public async ValueTask<InstanceId> NextAsync(CancellationToken cancellation)
    {
        var instance = await _queue.Reader.ReadAsync(cancellation);
        _waiting.TryRemove(instance, out _);
        return instance;
    }
}
