using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsAI.Core.Messaging;

/// <summary>What an episode is measured by.</summary>
public enum SlaKind
{
    /// <summary>From the customer's first message that waits to the first answer of a person.</summary>
    First,

    /// <summary>The same for what he writes after he was answered.</summary>
    Next,

    /// <summary>From the opening to the resolution, without the times in which it was set aside.</summary>
    Resolution,
}

/// <summary>When a target that runs lapses.</summary>
/// <param name="At">The moment; business hours are in it.</param>
/// <param name="WarnAt">From when on it is short.</param>
public sealed record SlaDue(DateTimeOffset At, DateTimeOffset WarnAt);

/// <summary>The target that lapses next.</summary>
public sealed record SlaLapse(SlaKind Kind, DateTimeOffset At, DateTimeOffset WarnAt);

/// <summary>When an answer was due, as the first of its episode and as a later one; null: there is no such target.</summary>
public sealed record SlaReplyDues(DateTimeOffset? First, DateTimeOffset? Next)
{
    public static SlaReplyDues None { get; } = new(null, null);
}

/// <summary>The clocks of a conversation's present episode, kept in its head; there are none where the company has no targets.</summary>
public sealed record SlaClock
{
    private static readonly JsonSerializerOptions _json = new(MessageBodyJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>A person has answered in the episode.</summary>
    public bool Answered { get; init; }

    /// <summary>Since when the resolution's clock runs; null: it stands.</summary>
    public DateTimeOffset? RunsSince { get; init; }

    /// <summary>The open time that had gone by before that.</summary>
    public TimeSpan Used { get; init; }

    /// <summary>Of the answer that the customer waits for.</summary>
    public SlaDue? Reply { get; init; }

    public SlaDue? Resolve { get; init; }

    /// <summary>Since when the customer had waited when somebody was told that the answer was late: for one wait it is told once, whatever the target becomes.</summary>
    public DateTimeOffset? ReplyTold { get; init; }

    public bool ResolveTold { get; init; }

    [JsonIgnore]
    public SlaKind ReplyKind => Answered ? SlaKind.Next : SlaKind.First;

    [JsonIgnore]
    public SlaLapse? Next =>
        (Reply, Resolve) switch
        {
            ({ } reply, var resolve) when resolve is null || reply.At <= resolve.At => new SlaLapse(ReplyKind, reply.At, reply.WarnAt),
            (_, { } resolve) => new SlaLapse(SlaKind.Resolution, resolve.At, resolve.WarnAt),
            _ => null,
        };

    /// <summary>When somebody must be told next that a target has lapsed.</summary>
    /// <param name="waitingSince">Of the conversation.</param>
    public DateTimeOffset? AlertAt(DateTimeOffset? waitingSince)
    {
        var reply = ReplyTold == waitingSince ? null : Reply?.At;
        var resolve = ResolveTold ? null : Resolve?.At;
        return reply is null || resolve < reply ? resolve : reply;
    }

    /// <summary>The targets that have lapsed by now and of which nobody was told yet, and the clocks with that noted.</summary>
    public (SlaClock Told, IReadOnlyList<SlaKind> Lapsed) Tell(DateTimeOffset? waitingSince, DateTimeOffset now)
    {
        var (told, lapsed) = (this, new List<SlaKind>());
        if (Reply?.At <= now && ReplyTold != waitingSince)
        {
            lapsed.Add(ReplyKind);
            told = told with { ReplyTold = waitingSince };
        }

        if (Resolve?.At <= now && !ResolveTold)
        {
            lapsed.Add(SlaKind.Resolution);
            told = told with { ResolveTold = true };
        }

        return (told, lapsed);
    }

    public static string Write(SlaClock clock) => JsonSerializer.Serialize(clock, _json);

    /// <summary>What cannot be read is no clock; the next change of the conversation begins it anew.</summary>
    public static SlaClock? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SlaClock>(json, _json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a change of a conversation does to its clocks: a company's targets and hours.</summary>
public interface IHeadClock
{
    /// <summary>The head with its clocks as they are after the change. To be asked after the episode is opened and before the head is written.</summary>
    /// <param name="before">As it was; null: a new one.</param>
    /// <param name="after">As it is, with the clocks as they were.</param>
    /// <param name="now">When.</param>
    /// <param name="answered">The change is, or has in it, an answer of a person.</param>
    ConversationHead Move(ConversationHead? before, ConversationHead after, DateTimeOffset now, bool answered = false);

    /// <summary>When an answer was due for which the customer had waited since then.</summary>
    SlaReplyDues DueOf(ConversationHead head, DateTimeOffset? asked);

    /// <summary>When the resolution that is made now was due, were the clock to run on; null: no such target.</summary>
    DateTimeOffset? ResolutionDueOf(ConversationHead before, DateTimeOffset now);
}
