using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>
/// Who has which conversation open, and who is typing, in all copies of the program. Nothing of it is stored: each copy says what happens in its windows, says
/// it again now and then, and forgets what it no longer hears of others.
/// </summary>
public sealed class Watchers : BackgroundService
{
    /// <summary>Each open conversation is said anew after this time.</summary>
    internal static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);

    /// <summary>What is not said anew for so long is over: its copy died.</summary>
    internal static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(50);

    /// <summary>Who does not type for so long has stopped.</summary>
    internal static readonly TimeSpan TypingFades = TimeSpan.FromSeconds(6);

    private readonly EventHub _hub;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<WatchedConversation> _own = [];

    /// <summary>Windows by the conversation that they show, so that a sign of life costs as much as its conversation has windows.</summary>
    private readonly Dictionary<ConversationId, Dictionary<Watching, Watch>> _seen = [];
    private volatile ImmutableDictionary<TenantId, WatchedConversations> _told = ImmutableDictionary<TenantId, WatchedConversations>.Empty;

    public Watchers(EventHub hub, TimeProvider time)
    {
        (_hub, _time) = (hub, time);
        hub.Watched += Take;
    }

    /// <summary>The member has the conversation open in a window until this is disposed.</summary>
    public WatchedConversation Open(TenantId tenant, ConversationId conversation, UserId user)
    {
        var window = (ushort)Random.Shared.Next(ushort.MaxValue + 1);
        var watched = new WatchedConversation(this, _time, new Watching(tenant, conversation, user, window, Doing.Viewing));
        lock (_gate)
        {
            _own.Add(watched);
        }

        return watched;
    }

    /// <summary>As it is now; the same object until something is different.</summary>
    public WatchedConversations Of(TenantId tenant) => _told.GetValueOrDefault(tenant) ?? WatchedConversations.None;

    /// <summary>What an answer that is sent now has to be measured by.</summary>
    /// <param name="waited">For how long it has been on its way.</param>
    public AnswerGuard Guard(TenantId tenant, ConversationId conversation, TimeSpan waited) =>
        new(ReplyLease.Holder(Of(tenant).In(conversation)), waited);

    public override void Dispose()
    {
        _hub.Watched -= Take;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Tick();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The others forget this copy's windows, or hear of them from the copy where they open again.
        }
    }

    /// <summary>Says own windows anew where it is time, and forgets what has faded.</summary>
    internal void Tick()
    {
        List<WatchedConversation> own;
        List<Watching> faded = [];
        lock (_gate)
        {
            own = [.. _own];
            foreach (var (window, watch) in _seen.Values.SelectMany(windows => windows))
            {
                var silent = _time.GetElapsedTime(watch.HeardAt);
                if (silent >= ForgottenAfter)
                {
                    faded.Add(window with { Doing = null });
                }
                else if (watch.Doing == Doing.Typing && silent >= TypingFades)
                {
                    faded.Add(window with { Doing = Doing.Viewing });
                }
            }
        }

        own.ForEach(w => w.Tick());
        faded.ForEach(_hub.Deliver);
    }

    internal void Say(Watching watching) => _hub.Publish(watching);

    internal void Left(WatchedConversation watched, Watching gone)
    {
        lock (_gate)
        {
            _own.Remove(watched);
        }

        _hub.Publish(gone);
    }

    // On the publisher's thread, before any subscriber hears of it.
    private void Take(Watching watching)
    {
        lock (_gate)
        {
            // The window, whatever is done in it.
            var window = watching with
            {
                Doing = null,
            };
            var windows = CollectionsMarshal.GetValueRefOrAddDefault(_seen, watching.ConversationId, out _) ??= [];
            if (watching.Doing is { } doing)
            {
                var since = windows.GetValueOrDefault(window) is { } before && before.Doing == doing ? before.Since : _time.GetUtcNow();
                windows[window] = new Watch(doing, since, _time.GetTimestamp());
            }
            else
            {
                windows.Remove(window);
            }

            if (windows.Count == 0)
            {
                _seen.Remove(watching.ConversationId);
            }

            var told = Of(watching.TenantId);
            var next = told.With(watching.ConversationId, Colleagues(told.In(watching.ConversationId), windows, window));
            _told = next.IsEmpty ? _told.Remove(watching.TenantId) : _told.SetItem(watching.TenantId, next);
        }
    }

    // One line for a member, however many windows he has; in the order in which they came.
    private static ImmutableArray<Colleague> Colleagues(
        ImmutableArray<Colleague> before,
        Dictionary<Watching, Watch> windows,
        Watching changed
    )
    {
        Colleague? now = null;
        foreach (var (window, watch) in windows)
        {
            if (window.UserId == changed.UserId && (now is null || watch.Doing > now.Doing))
            {
                now = new Colleague(changed.UserId, watch.Doing, watch.Since);
            }
        }

        var at = before.FirstOrDefault(c => c.User == changed.UserId);
        return (at, now) switch
        {
            (null, null) => before,
            (null, { } came) => before.Add(came),
            ({ } left, null) => before.Remove(left),
            ({ } was, { } isNow) => was == isNow ? before : before.Replace(was, isNow),
        };
    }

    /// <param name="HeardAt">A time stamp of this process.</param>
    private sealed record Watch(Doing Doing, DateTimeOffset Since, long HeardAt);
}
