using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>What was done because a number failed, or in a drill; kept for good. Changed under its lock only (<see cref="FailoverRun"/>).</summary>
public sealed class FailoverRow : ITenantOwned
{
    public FailoverId Id { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>The pool it was in then; it may be gone.</summary>
    public PoolId PoolId { get; init; }

    /// <summary>The failed number.</summary>
    public InstanceId InstanceId { get; init; }

    /// <summary>The <see cref="FailoverPlan"/> as JSON, as it was decided.</summary>
    public string Plan { get; init; } = "{}";

    /// <summary>The plan's sentence, a resource key below "failover.".</summary>
    public string Key { get; init; } = "";

    public Verdict Verdict { get; init; }

    /// <summary>A resource key below "cause.".</summary>
    public string Cause { get; init; } = "";

    public bool IsDrill { get; init; }

    /// <summary>The number people in conversation are served through; null: nobody could.</summary>
    public InstanceId? ServesId { get; init; }

    /// <summary>The backup that became active; null: none.</summary>
    public InstanceId? PromotedId { get; init; }

    /// <inheritdoc cref="FailoverTimes.SignalAt"/>
    public DateTimeOffset SignalAt { get; init; }

    public DateTimeOffset DetectedAt { get; init; }

    /// <summary>Null: nobody was promoted, and nobody serves.</summary>
    public DateTimeOffset? PromotedAt { get; init; }

    /// <inheritdoc cref="FailoverTimes.FirstSentAt"/>
    public DateTimeOffset? FirstSentAt { get; init; }

    /// <summary>Everything of the plan is done, and of a drill that was ended, everything is put back; null: under way.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Conversations that go on through the other number.</summary>
    public int Conversations { get; init; }

    /// <summary>Messages that waited to be sent and went with them.</summary>
    public int Replies { get; init; }

    /// <summary>Campaigns that wait for a person's decision.</summary>
    public int CampaignsHeld { get; init; }

    /// <summary>Campaigns that go on through the pool.</summary>
    public int CampaignsGoOn { get; init; }

    /// <summary>Who started a drill.</summary>
    public UserId? StartedBy { get; init; }

    public string? StartedByName { get; init; }

    /// <summary>Of a drill: when somebody ended it, and all was put back.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public string? EndedByName { get; init; }

    public FailoverTimes Times =>
        new(SignalAt)
        {
            DetectedAt = DetectedAt,
            PromotedAt = PromotedAt,
            FirstSentAt = FirstSentAt,
        };
}

/// <summary>A conversation that a failover moved, from its thread on the failed number to the one it goes on in.</summary>
public sealed class FailoverConversation : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public FailoverId FailoverId { get; init; }

    public ConversationId FromId { get; init; }

    public ConversationId ToId { get; init; }

    /// <summary>Of a drill: when it went back after the drill was over.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }
}
