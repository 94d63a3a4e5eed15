using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>One company's part of the desk: rows that changed, as every list gets them, and bells that rang.</summary>
internal sealed class CompanyNews(TenantId tenant, NpgsqlDataSource database, TimeProvider time, ILogger log)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly Dictionary<ConversationId, Known> _known = [];
    private readonly Dictionary<Guid, DateTimeOffset> _rung = [];
    private ImmutableArray<NewsFeed> _feeds = [];
    private Dictionary<UserId, Listener> _listeners = [];
    private bool _stale;

    private CancellationTokenSource Gone { get; } = new();

    // What is known is touched by one at a time.
    private SemaphoreSlim Turn { get; } = new(1, 1);

    public void Begin(EventHub hub, InboxRows rows)
    {
        // Both are subscribed to before anybody is told that he listens.
        var (changes, events) = (rows.SubscribeToAll(tenant), hub.Subscribe(tenant, Hears));
        _ = FollowAsync(changes, c => c.ChangesAsync(Gone.Token), TakeAsync);
        _ = FollowAsync(events, e => e.BatchesAsync(TimeSpan.FromMilliseconds(250), Gone.Token), HearAsync);
    }

    public void Add(NewsFeed feed) => _feeds = _feeds.Add(feed);

    /// <summary>False when it was the last.</summary>
    public bool Remove(NewsFeed feed)
    {
        _feeds = _feeds.Remove(feed);
        return !_feeds.IsEmpty;
    }

    public void End() => Gone.Cancel();

    // Who has just chosen silence is not told of what happens in the next moment.
    private bool Hears(ConsoleEvent e)
    {
        if (e is AgentChanged or TeamsChanged or NotifyingChanged)
        {
            Volatile.Write(ref _stale, true);
        }

        return e is NoticesChanged;
    }

    private async Task FollowAsync<TFeed, T>(TFeed feed, Func<TFeed, IAsyncEnumerable<T>> read, Func<T, CancellationToken, Task> take)
        where TFeed : IDisposable
    {
        using (feed)
        {
            try
            {
                await foreach (var news in read(feed))
                {
                    await InTurnAsync(() => take(news, Gone.Token));
                }
            }
            catch (OperationCanceledException) when (Gone.IsCancellationRequested)
            {
                // The last window was closed.
            }
        }
    }

    private async Task InTurnAsync(Func<Task> take)
    {
        await Turn.WaitAsync(Gone.Token);
        try
        {
            await take();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nobody is notified of it; it stands in the list, in the bell and in the counters all the same.
            log.LogWarning("News of {TenantId} could not be told ({Failure})", tenant, e.GetType().Name);
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task TakeAsync(InboxChange change, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var row in change.Rows ?? [])
        {
            if (row is not { LastDirection: MessageDirection.In, Unread: > 0 } || !IsNews(row, now))
            {
                continue;
            }

            var listeners = await ListenersAsync(ct);
            var news = new CustomerWrote(row.Kind, row.AssigneeId, row.TeamId);
            foreach (var feed in _feeds.Where(f => f.Member.Sees(row.InstanceId)))
            {
                if (Tell(news, feed, listeners, now) is { } told)
                {
                    var text = told.ShowsText ? NewsLine.Of(row.LastPreview) : null;
                    feed.Offer(new NewsItem(row.Id, told.Telling, NewsLine.Of(row.Title), text, row.Unread));
                }
            }
        }
    }

    private async Task HearAsync(IReadOnlyList<ConsoleEvent> batch, CancellationToken ct)
    {
        var missed = batch.Any(e => e is EverythingChanged);
        if (missed)
        {
            Volatile.Write(ref _stale, true);
        }

        var rang = batch.OfType<NoticesChanged>().Select(e => e.UserId).ToHashSet();
        var users = _feeds.Select(f => f.Member.UserId).Where(u => missed || rang.Contains(u)).Distinct().ToArray();
        if (users.Length == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        Forget(_rung, at => now - at > NotifyingPolicy.NewsFor);
        var after = now - NotifyingPolicy.NewsFor > _since ? now - NotifyingPolicy.NewsFor : _since;
        IReadOnlyList<NewsNotice> notices;
        await using (var scope = await database.BeginAsync(tenant, ct))
        {
            notices = await NewsSql.NoticesAsync(scope.Connection, tenant, users, after, ct);
        }

        var listeners = await ListenersAsync(ct);
        foreach (var notice in notices.Where(n => _rung.TryAdd(n.Id, n.At)))
        {
            foreach (var feed in _feeds.Where(f => f.Member.UserId == notice.To && f.Member.Sees(notice.InstanceId)))
            {
                if (Tell(new BellRang(notice.To, notice.Kind), feed, listeners, now) is { } told)
                {
                    var text = told.ShowsText ? NewsLine.Of(notice.Text) : null;
                    feed.Offer(
                        new NewsItem(
                            notice.ConversationId,
                            told.Telling,
                            NewsLine.Of(notice.Title),
                            text,
                            ByName: notice.ByName,
                            MessageId: notice.MessageId
                        )
                    );
                }
            }
        }
    }

    private bool IsNews(ConversationRow row, DateTimeOffset now)
    {
        if (!NotifyingPolicy.IsNews(row.LastAt, row.Unread, _known.GetValueOrDefault(row.Id), _since, now))
        {
            return false;
        }

        // What is older is no news anyhow.
        Forget(_known, k => now - k.At > NotifyingPolicy.NewsFor);
        _known[row.Id] = new Known(row.LastAt, row.Unread);
        return true;
    }

    private static (Telling Telling, bool ShowsText)? Tell(
        News news,
        NewsFeed feed,
        Dictionary<UserId, Listener> listeners,
        DateTimeOffset now
    ) =>
        listeners.TryGetValue(feed.Member.UserId, out var who) && NotifyingPolicy.Of(news, who, now) is { IsNothing: false } telling
            ? (telling, who.Settings.ShowsText)
            : null;

    /// <summary>Teams, presence and settings of all who have a window here; read again when one of them changed.</summary>
    private async Task<Dictionary<UserId, Listener>> ListenersAsync(CancellationToken ct)
    {
        var users = _feeds.Select(f => f.Member.UserId).ToHashSet();
        if (!Volatile.Read(ref _stale) && users.All(_listeners.ContainsKey))
        {
            return _listeners;
        }

        // What changes from here on makes it read again.
        Volatile.Write(ref _stale, false);

        await using var scope = await database.BeginAsync(tenant, ct);
        return _listeners = await NewsSql.ListenersAsync(scope.Connection, tenant, users, ct);
    }

    private static void Forget<TKey, T>(Dictionary<TKey, T> all, Func<T, bool> isOld)
        where TKey : notnull
    {
        foreach (var key in all.Where(k => isOld(k.Value)).Select(k => k.Key).ToList())
        {
            all.Remove(key);
        }
    }
}
