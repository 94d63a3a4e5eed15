using System.Collections.Concurrent;
using System.Collections.Immutable;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Live;

/// <summary>
/// Tells this process's subscribers, and through <see cref="EventRelay"/> the other copies, what was committed. Publish after the commit, never inside a
/// transaction. Nothing here waits: a publisher is never slowed by a reader.
/// </summary>
public sealed class EventHub
{
    private readonly ConcurrentDictionary<TenantId, ImmutableArray<EventFeed>> _feeds = new();

    /// <summary>
    /// For caches of settings: told, before any subscriber, whose are different now, whichever copy changed them; null when that may have been missed.
    /// Must not block.
    /// </summary>
    internal event Action<TenantId?>? SettingsChanged;

    /// <summary>For who keeps account of the open conversations: told before any subscriber. Must not block.</summary>
    internal event Action<Watching>? Watched;

    /// <summary>Set by the relay: called with each event published in this process. Must not block.</summary>
    internal Action<ConsoleEvent>? Relay { get; set; }

    /// <summary>
    /// Subscribe before loading, listen after it, so that nothing falls in between. <paramref name="shows"/> runs on the publisher's thread: it may look at
    /// the event and at fixed values only.
    /// </summary>
    public EventFeed Subscribe(TenantId tenant, Func<ConsoleEvent, bool> shows)
    {
        var feed = new EventFeed(this, tenant, shows);
        _feeds.AddOrUpdate(tenant, [feed], (_, feeds) => feeds.Add(feed));
        EventMeter.Subscribers(+1);
        return feed;
    }

    /// <summary>After the commit: to this process's subscribers at once, to the other copies within a moment. Waits for nobody.</summary>
    public void Publish(ConsoleEvent e)
    {
        EventMeter.Published();
        Deliver(e);
        Relay?.Invoke(e);
    }

    /// <inheritdoc cref="Publish(ConsoleEvent)"/>
    public void Publish(IEnumerable<ConsoleEvent> events)
    {
        foreach (var e in events)
        {
            Publish(e);
        }
    }

    /// <summary>Whether anybody in this process listens to the tenant: work that only feeds screens may be left out when not.</summary>
    public bool HasSubscribers(TenantId tenant) => _feeds.TryGetValue(tenant, out var feeds) && !feeds.IsEmpty;

    /// <summary>To this process's subscribers only.</summary>
    internal void Deliver(ConsoleEvent e)
    {
        if (e is TenantSettingsChanged or EverythingChanged)
        {
            SettingsChanged?.Invoke(e.TenantId);
        }

        if (e is Watching watching)
        {
            Watched?.Invoke(watching);
        }

        if (_feeds.TryGetValue(e.TenantId, out var feeds))
        {
            foreach (var feed in feeds)
            {
                feed.Offer(e);
            }
        }
    }

    /// <summary>Events may have been missed: everybody here reads again.</summary>
    internal void DeliverEverythingChanged()
    {
        SettingsChanged?.Invoke(null);
        foreach (var tenant in _feeds.Keys)
        {
            Deliver(new EverythingChanged(tenant));
        }
    }

    internal void Remove(EventFeed feed)
    {
        while (_feeds.TryGetValue(feed.Tenant, out var feeds))
        {
            if (!feeds.Contains(feed))
            {
                return;
            }

            var rest = feeds.Remove(feed);
            var done = rest.IsEmpty
                ? _feeds.TryRemove(KeyValuePair.Create(feed.Tenant, feeds))
                : _feeds.TryUpdate(feed.Tenant, rest, feeds);
            if (done)
            {
                EventMeter.Subscribers(-1);
                return;
            }
        }
    }
}
