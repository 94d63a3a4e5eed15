using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>One window's news, in a bounded channel: of more than fit the newest are kept.</summary>
public sealed class NewsFeed : IDisposable
{
    private readonly Action<NewsFeed> _leave;
    private readonly Channel<NewsItem> _channel = Channel.CreateBounded<NewsItem>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    internal NewsFeed(Action<NewsFeed> leave, CurrentMember member) => (_leave, Member) = (leave, member);

    internal CurrentMember Member { get; }

    /// <summary>What has come, one for each conversation: the first at once, what follows not before <paramref name="interval"/> has passed.</summary>
    public async IAsyncEnumerable<IReadOnlyList<NewsItem>> BatchesAsync(
        TimeSpan interval,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (await _channel.Reader.WaitToReadAsync(cancellation))
        {
            var batch = new List<NewsItem>();
            while (_channel.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            yield return NewsItem.Bundle(batch);
            await Task.Delay(interval, cancellation);
        }
    }

    public void Dispose()
    {
        _leave(this);
        _channel.Writer.TryComplete();
    }

    internal void Offer(NewsItem item) => _channel.Writer.TryWrite(item);
}
