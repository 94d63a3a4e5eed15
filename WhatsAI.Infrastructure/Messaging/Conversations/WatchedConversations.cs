using System.Collections.Immutable;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>Who has which of a company's conversations open. Immutable.</summary>
public sealed class WatchedConversations
{
    private readonly ImmutableDictionary<ConversationId, ImmutableArray<Colleague>> _conversations;

    private WatchedConversations(ImmutableDictionary<ConversationId, ImmutableArray<Colleague>> conversations) =>
        _conversations = conversations;

    public static WatchedConversations None { get; } = new(ImmutableDictionary<ConversationId, ImmutableArray<Colleague>>.Empty);

    internal IReadOnlyDictionary<ConversationId, ImmutableArray<Colleague>> Conversations => _conversations;

    internal bool IsEmpty => _conversations.IsEmpty;

    /// <summary>In the order in which they came, the asking member among them; the same array until something is different.</summary>
    public ImmutableArray<Colleague> In(ConversationId conversation) => _conversations.GetValueOrDefault(conversation, []);

    internal WatchedConversations With(ConversationId conversation, ImmutableArray<Colleague> colleagues) =>
        colleagues == In(conversation)
            ? this
            : new(colleagues.IsEmpty ? _conversations.Remove(conversation) : _conversations.SetItem(conversation, colleagues));
}
