using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Csat;

public readonly record struct SurveyId(Guid Value) : IId<SurveyId>
{
    public static SurveyId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>The question after one episode: planned with its resolution, asked when that can no longer be taken back, answered with a score or not at all.</summary>
public sealed class Survey : ITenantOwned
{
    /// <summary>After the eight seconds in which a resolution is taken back, and what its undo may take to arrive.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    /// <summary>Who was resolved so long ago is not asked any more: nobody asks in the morning how it was because a server was down at night.</summary>
    public static readonly TimeSpan MostLate = TimeSpan.FromHours(6);

    /// <summary>Its message's key in the ledger too.</summary>
    public SurveyId Id { get; init; }

    public TenantId TenantId { get; init; }

    public EpisodeId EpisodeId { get; init; }

    public ConversationId ConversationId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>Whose it was when it was resolved.</summary>
    public TeamId? TeamId { get; init; }

    /// <summary>Who resolved it.</summary>
    public UserId AgentId { get; init; }

    /// <summary>When it is to be asked; null: it was.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Until when an answer is taken for a score.</summary>
    public DateTimeOffset? OpenUntil { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>1 to 5.</summary>
    public int? Score { get; init; }

    public MessageId? AnswerId { get; init; }
}

/// <summary>How things stand when a question is due.</summary>
/// <param name="Late">How long it has been due.</param>
/// <param name="Resolved">Its episode is the conversation's last, and resolved.</param>
/// <param name="Answered">A person answered in the episode.</param>
/// <param name="AskedLately">The same person was asked within the quiet days.</param>
public sealed record SurveyFacts(
    TimeSpan Late,
    bool Enabled,
    bool Resolved,
    bool Answered,
    bool Blocked,
    bool OptedOut,
    bool AskedLately,
    bool NumberGone
)
{
    public bool MayAsk =>
        Enabled && Resolved && Answered && !Blocked && !OptedOut && !AskedLately && !NumberGone && Late <= Survey.MostLate;
}
