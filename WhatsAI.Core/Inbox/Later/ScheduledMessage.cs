using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Later;

public enum ScheduledState
{
    /// <summary>Goes out by itself.</summary>
    Scheduled,

    /// <summary>Should have gone out and did not; a person decides.</summary>
    Held,
}

/// <summary>What a scheduled message says, and when.</summary>
/// <param name="Text">As it is sent.</param>
/// <param name="At">Date and time as the clocks show them in <paramref name="Zone"/>.</param>
/// <param name="Zone">The IANA name of the zone in which the time was meant.</param>
/// <param name="CancelsOnReply">The customer's next message cancels it.</param>
public sealed record ScheduledWords(string Text, DateTime At, string Zone, bool CancelsOnReply);

/// <summary>A stored file that waits with a message.</summary>
/// <param name="Body">What it is sent as, without words.</param>
public sealed record ScheduledFile(MediaId Id, MessageBody Body);

/// <summary>
/// A message that waits for its time. It is gone as soon as it was handed to the ledger or cancelled: the thread keeps the message, or a line that says what
/// became of it.
/// </summary>
public sealed class ScheduledMessage : ITenantOwned
{
    /// <summary>Waiting in one conversation.</summary>
    public const int MostInConversation = 20;

    public const int MaxZoneLength = 60;

    private ScheduledMessage() { }

    /// <exception cref="RuleException">See <see cref="Rewrite"/>.</exception>
    public ScheduledMessage(
        ScheduledMessageId id,
        Conversation conversation,
        UserId author,
        ScheduledWords words,
        DateTimeOffset now,
        ScheduledFile? file = null
    )
    {
        (Id, TenantId, ConversationId, InstanceId) = (id, conversation.TenantId, conversation.Id, conversation.InstanceId);
        (AuthorId, CreatedAt) = (author, now);
        (MediaId, File) = (file?.Id, file?.Body);
        Rewrite(words, now);
    }

    public ScheduledMessageId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public ConversationId ConversationId { get; private set; }

    /// <summary>The number that serves the conversation, whose work list wakes it.</summary>
    public InstanceId InstanceId { get; private set; }

    public UserId AuthorId { get; private set; }

    public string Text { get; private set; } = "";

    /// <summary>The stored file that goes out with it; it stays the same for as long as the message waits. Null: none.</summary>
    public MediaId? MediaId { get; private set; }

    /// <summary>What the file is sent as, without the words.</summary>
    public MessageBody? File { get; private set; }

    public DateTimeOffset DueAt { get; private set; }

    /// <summary>The zone in which the time was meant, by its IANA name.</summary>
    public string Zone { get; private set; } = "";

    public bool CancelsOnReply { get; private set; }

    public ScheduledState State { get; private set; }

    /// <summary>Why it is held: see <see cref="ScheduledPolicy"/>.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <summary>One that was held is scheduled again.</summary>
    /// <exception cref="RuleException">Nothing can be sent of the text, there is no such zone, or the time is over or too far away.</exception>
    public void Rewrite(ScheduledWords words, DateTimeOffset now)
    {
        var text =
            File is null ? MessageLimits.CheckText(words.Text)
            : MessageLimits.CheckCaption(words.Text) is not { } caption ? ""
            : File is AudioBody ? throw new RuleException("scheduled.sound-without-words")
            : caption;
        var due = LaterLimit.Check(LocalTimes.At(words.At, ZoneOf(words.Zone)), now).ToUniversalTime();
        (Text, DueAt, Zone, CancelsOnReply) = (text, due, words.Zone, words.CancelsOnReply);
        (State, Reason) = (ScheduledState.Scheduled, null);
    }

    /// <summary>What goes out: the words, or the file with them.</summary>
    public static MessageBody BodyOf(MessageBody? file, string text) =>
        file switch
        {
            null => new TextBody(text),
            ImageBody image => image with { Caption = Words(text) },
            VideoBody video => video with { Caption = Words(text) },
            DocumentBody document => document with { Caption = Words(text) },
            _ => file,
        };

    private static string? Words(string text) => text.Length == 0 ? null : text;

    private static TimeZoneInfo ZoneOf(string name) =>
        name.Length <= MaxZoneLength && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new RuleException("later.zone-unknown");
}
