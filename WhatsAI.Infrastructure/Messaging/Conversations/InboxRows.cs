using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>
/// Reads what changed in the inbox once per process and tenant, however many lists are open, and hands all of them the same rows. Only tenants with
/// an open list are read.
/// </summary>
public sealed class InboxRows(NpgsqlDataSource database, EventHub hub, WatcherRows watchers, ILogger<InboxRows> log)
{
    /// <summary>
    /// Changes of this span are read together, after a first one that is read at once. The more lists are drawn for it, the longer it is: 50 ms for one,
    /// 100 ms for two hundred, at most 250 ms.
    /// </summary>
    public static TimeSpan Gather(int lists) => TimeSpan.FromMilliseconds(Math.Min(50 + (lists / 4.0), 250));

    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Reader> _readers = [];

    /// <summary>
    /// Subscribe before the list is loaded. The feed gives the member what belongs to his numbers. Disposing it ends it; with the last one of a tenant the
    /// reading ends.
    /// </summary>
    public InboxFeed Subscribe(CurrentMember member) => Subscribe(member.TenantId, member.Numbers);

    /// <summary>For work on behalf of all members: what belongs to every number. Who passes it on asks who may see it.</summary>
    internal InboxFeed SubscribeToAll(TenantId tenant) => Subscribe(tenant, numbers: null);

    private InboxFeed Subscribe(TenantId tenant, IReadOnlySet<InstanceId>? numbers)
    {
        lock (_gate)
        {
            if (!_readers.TryGetValue(tenant, out var reader))
            {
                reader = new Reader(hub.Subscribe(tenant, Shows));
                _readers.Add(tenant, reader);
                _ = ReadAsync(tenant, reader);
            }

            var feed = new InboxFeed(f => Leave(tenant, f), numbers);
            reader.Feeds = reader.Feeds.Add(feed);
            return feed;
        }
    }

    /// <summary>Who has which conversation open now; its changes come with the feed.</summary>
    public ValueTask<WatcherSnapshot> WatchersAsync(CurrentMember member, CancellationToken ct) => watchers.OfAsync(member.TenantId, ct);

    private static bool Shows(ConsoleEvent e) =>
        e is ConversationChanged or InstanceChanged or CustomerTyping or TeamsChanged or LabelsChanged or Watching;

    private void Leave(TenantId tenant, InboxFeed feed)
    {
        lock (_gate)
        {
            if (_readers.TryGetValue(tenant, out var reader))
            {
                reader.Feeds = reader.Feeds.Remove(feed);
                if (reader.Feeds.IsEmpty)
                {
                    _readers.Remove(tenant);
                    reader.Gone.Cancel();
                }
            }
        }
    }

    private async Task ReadAsync(TenantId tenant, Reader reader)
    {
        using var events = reader.Events;
        try
        {
            await foreach (var batch in events.BatchesAsync(() => Gather(reader.Feeds.Length), reader.Gone.Token))
            {
                var change = await ReadAsync(tenant, batch, reader.Gone.Token);
                change = change with { Watchers = change.Watchers == reader.Watchers ? null : change.Watchers };
                reader.Watchers = change.Watchers ?? reader.Watchers;
                if (change.IsNothing)
                {
                    continue;
                }

                foreach (var feed in reader.Feeds)
                {
                    feed.Offer(change);
                }
            }
        }
        catch (OperationCanceledException) when (reader.Gone.IsCancellationRequested)
        {
            // The last list was closed.
        }
    }

    private async Task<InboxChange> ReadAsync(TenantId tenant, IReadOnlyList<ConsoleEvent> batch, CancellationToken ct)
    {
        if (batch.Any(e => e is EverythingChanged))
        {
            return InboxChange.Everything;
        }

        var typing = batch.OfType<CustomerTyping>().Select(e => e.ConversationId).Distinct().ToArray();
        var isMomentary = batch.All(e => e is CustomerTyping or Watching);
        var ids = batch.OfType<ConversationChanged>().Select(e => e.ConversationId).ToHashSet();
        try
        {
            var now = await watchers.OfAsync(tenant, ct);
            if (isMomentary)
            {
                return new InboxChange([], null, typing) { Watchers = now };
            }

            await using var scope = await database.BeginAsync(tenant, ct);
            var rows =
                ids.Count == 0
                    ? []
                    : await ConversationSql.RowsAsync(ConversationSql.ByIds(scope.Connection, tenant, numbers: null, ids), ct);
            var summary = await SummarySql.ReadAsync(scope.Connection, tenant, ct);
            return new InboxChange(rows, summary, typing) { Watchers = now };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The lists read for themselves, and show their own error if they cannot.
            log.LogWarning("Changed conversations of {TenantId} could not be read ({Failure})", tenant, e.GetType().Name);
            return InboxChange.Everything;
        }
    }

    private sealed class Reader(EventFeed events)
    {
        public EventFeed Events { get; } = events;

        public CancellationTokenSource Gone { get; } = new();

        public WatcherSnapshot? Watchers { get; set; }

        public ImmutableArray<InboxFeed> Feeds { get; set; } = [];
    }
}

/// <param name="Rows">The changed rows as they are now, in no order; null: too much changed, read the list again.</param>
/// <param name="Summary">Null where it is as it was.</param>
/// <param name="Typing">Where a customer is typing now.</param>
public sealed record InboxChange(IReadOnlyList<ConversationRow>? Rows, InboxSummary? Summary, IReadOnlyList<ConversationId> Typing)
{
    public static InboxChange Everything { get; } = new(null, null, []);

    /// <summary>Who has which conversation open; null where it is as it was.</summary>
    public WatcherSnapshot? Watchers { get; init; }

    internal bool IsNothing => Rows is { Count: 0 } && Summary is null && Watchers is null && Typing.Count == 0;

    /// <summary>What of it a member may hear who sees only these numbers; where somebody types is an id that leads him nowhere.</summary>
    internal InboxChange Of(IReadOnlySet<InstanceId>? numbers) =>
        numbers is null || Rows is null
            ? this
            : this with
            {
                Rows = [.. Rows.Where(r => numbers.Contains(r.InstanceId))],
                Summary = Summary?.Of(numbers),
            };
}
