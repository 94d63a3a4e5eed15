using System.Collections.Concurrent;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>A member who has a conversation open, as colleagues see him.</summary>
public sealed record WatcherRow(UserId User, string Name, Doing Doing, DateTimeOffset Since)
{
    /// <summary>The first of his names: what stands beside an eye in a row of the list.</summary>
    public string ShortName => Name.Split(' ', 2)[0];
}

/// <summary>Who has which of a company's conversations open, with names. Immutable.</summary>
public sealed class WatcherSnapshot
{
    private readonly Dictionary<ConversationId, IReadOnlyList<WatcherRow>> _rows;

    private WatcherSnapshot(WatchedConversations source, Dictionary<ConversationId, IReadOnlyList<WatcherRow>> rows) =>
        (Source, _rows) = (source, rows);

    public static WatcherSnapshot None { get; } = new(WatchedConversations.None, []);

    internal WatchedConversations Source { get; }

    /// <summary>In the order in which they came; the same list until something is different.</summary>
    public IReadOnlyList<WatcherRow> In(ConversationId conversation) => _rows.GetValueOrDefault(conversation, []);

    internal WatcherSnapshot Next(WatchedConversations source, IReadOnlyDictionary<UserId, string> names) =>
        new(
            source,
            source.Conversations.ToDictionary(
                c => c.Key,
                c =>
                    Source.In(c.Key) == c.Value
                        ? In(c.Key)
                        :
                        [
                            .. from one in c.Value
                            where names.ContainsKey(one.User)
                            select new WatcherRow(one.User, names[one.User], one.Doing, one.Since),
                        ]
            )
        );
}

/// <summary>What screens show of who has which conversation open: names are put to it once per process and change.</summary>
public sealed class WatcherRows(Watchers watchers, MemberNames names)
{
    private readonly ConcurrentDictionary<TenantId, WatcherSnapshot> _last = new();

    /// <inheritdoc cref="Watchers.Open"/>
    public WatchedConversation Open(CurrentMember member, ConversationId conversation) =>
        watchers.Open(member.TenantId, conversation, member.UserId);

    /// <inheritdoc cref="Watchers.Guard"/>
    public AnswerGuard Guard(TenantId tenant, ConversationId conversation, TimeSpan waited) => watchers.Guard(tenant, conversation, waited);

    /// <summary>A member's name; empty for who is none.</summary>
    public async ValueTask<string> NameAsync(TenantId tenant, UserId user, CancellationToken ct) =>
        (await names.OfAsync(tenant, [user], ct)).GetValueOrDefault(user, "");

    /// <summary>As it is now; the same object until something is different.</summary>
    public async ValueTask<WatcherSnapshot> OfAsync(TenantId tenant, CancellationToken ct)
    {
        var now = watchers.Of(tenant);
        var last = _last.GetValueOrDefault(tenant, WatcherSnapshot.None);
        if (last.Source == now)
        {
            return last;
        }

        var known = await names.OfAsync(tenant, now.Conversations.SelectMany(c => c.Value).Select(c => c.User), ct);
        return _last[tenant] = last.Next(now, known);
    }
}
