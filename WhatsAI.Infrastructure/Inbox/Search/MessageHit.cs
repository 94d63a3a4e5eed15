using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Infrastructure.Inbox.Search;

/// <summary>A message that was found.</summary>
/// <param name="Text">As much of it as the index holds.</param>
/// <param name="Name">Of the conversation: the counterpart's or the group's; null where it is not known.</param>
/// <param name="Author">Who wrote it: our member, or in a group the person; null for the one counterpart, and for ours of no member.</param>
public sealed record MessageHit(
    MessageId Id,
    ConversationId ConversationId,
    DateTimeOffset SentAt,
    MessageKind Kind,
    MessageDirection Direction,
    string Text,
    string? Name,
    string? Phone,
    MediaId? PictureId,
    string? Author,
    string InstanceName
)
{
    public string Title => Name ?? (PhoneNumber.TryParse(Phone, out var number) ? number.Format() : Phone) ?? "";

    public MessageKey Key => new(SentAt, Id);
}

/// <param name="Rows">The newest first.</param>
/// <param name="Next">Where to look on; null: there is nothing older.</param>
/// <param name="LookedBackTo">Where the looking was broken off because it took long; what is older has not been looked at. Null: the page is full, or all was seen.</param>
public sealed record MessageHits(IReadOnlyList<MessageHit> Rows, MessageKey? Next, DateTimeOffset? LookedBackTo)
{
    public static MessageHits None { get; } = new([], null, null);
}
