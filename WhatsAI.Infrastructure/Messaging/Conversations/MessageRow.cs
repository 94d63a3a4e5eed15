using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>One message with everything a thread shows of it.</summary>
/// <param name="SenderName">Who wrote it in a group; null in a conversation with one person and for ours.</param>
/// <param name="AuthorName">The member who wrote it.</param>
/// <param name="Reason">Why it failed, was skipped or is in doubt: a resource key.</param>
public sealed record MessageRow(
    MessageId Id,
    ConversationId ConversationId,
    InstanceId InstanceId,
    MessageDirection Direction,
    MessageOrigin Origin,
    MessageKind Kind,
    string Text,
    MessageBody Body,
    DateTimeOffset SentAt,
    DeliveryState? Delivery,
    string? Reason,
    DateTimeOffset? EditedAt,
    DateTimeOffset? DeletedAt,
    string? SenderName,
    UserId? AuthorId,
    string? AuthorName,
    QuoteRow? Quote,
    IReadOnlyList<ReactionCount> Reactions,
    MediaRow? Media,
    bool HasProviderId,
    Guid? ClientKey
)
{
    /// <summary>WhatsApp lets a text of ours be changed for 15 minutes.</summary>
    public static readonly TimeSpan EditTime = TimeSpan.FromMinutes(15);

    /// <summary>WhatsApp lets a message of ours be deleted for everyone for about two days.</summary>
    public static readonly TimeSpan DeleteTime = TimeSpan.FromHours(48);

    public MessageKey Key => new(SentAt, Id);

    /// <summary>Whether it had been missed and was found at the gateway.</summary>
    public bool IsRecovered { get; init; }

    /// <summary>The present names of those whom a note mentions.</summary>
    public IReadOnlyList<MentionedName> Mentioned { get; init; } = [];

    public bool IsOurs => Direction == MessageDirection.Out;

    /// <summary>Whether WhatsApp knows it and it is still there: then it can be answered and reacted to.</summary>
    public bool IsLive => HasProviderId && DeletedAt is null && !Kind.IsInternal();

    public bool MayEdit(DateTimeOffset now) =>
        IsLive && IsOurs && Kind == MessageKind.Text && now - SentAt < EditTime && Delivery is { } state && Confirmed(state);

    public bool MayDelete(DateTimeOffset now) => IsLive && IsOurs && now - SentAt < DeleteTime && Delivery is { } state && Confirmed(state);

    private static bool Confirmed(DeliveryState state) =>
        state is DeliveryState.Sent or DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Played;
}

/// <summary>A message's place in its thread, oldest first.</summary>
public sealed record MessageKey(DateTimeOffset SentAt, MessageId Id) : IComparable<MessageKey>
{
    /// <summary>Negative where this one is older. Ids compare as PostgreSQL does: byte by byte as written.</summary>
    public int CompareTo(MessageKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTime = SentAt.CompareTo(other.SentAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(Id.Value.ToString("N"), other.Id.Value.ToString("N"));
    }

    public static bool operator <(MessageKey left, MessageKey right) => left.CompareTo(right) < 0;

    public static bool operator >(MessageKey left, MessageKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(MessageKey left, MessageKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MessageKey left, MessageKey right) => left.CompareTo(right) >= 0;
}

/// <summary>The message that is answered.</summary>
/// <param name="Id">Null where it was never seen here: it is quoted, but there is nothing to jump to.</param>
public sealed record QuoteRow(
    MessageId? Id,
    MessageKind Kind,
    string Text,
    bool Ours,
    string? AuthorName,
    string? SenderName,
    bool Deleted
);

/// <param name="Mine">Whether the number itself is among those who reacted so.</param>
public sealed record ReactionCount(string Emoji, int Count, bool Mine);

/// <param name="Id">Null until the bytes are here.</param>
/// <param name="ContentType">As found in the bytes; the body's declared one until then.</param>
public sealed record MediaRow(MediaId? Id, MediaState State, string ContentType, long? Size, string? FileName);

/// <param name="Rows">Oldest first.</param>
/// <param name="More">Whether there are older ones.</param>
public sealed record ThreadPage(IReadOnlyList<MessageRow> Rows, bool More);

/// <summary>A part from the middle of a thread.</summary>
/// <param name="Rows">Oldest first.</param>
public sealed record ThreadSpan(IReadOnlyList<MessageRow> Rows, bool Older, bool Newer);
