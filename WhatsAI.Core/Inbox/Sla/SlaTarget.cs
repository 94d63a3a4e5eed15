using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Sla;

public readonly record struct SlaTargetId(Guid Value) : IId<SlaTargetId>
{
    public static SlaTargetId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}

/// <summary>How fast it has to go, in open time. What is null has no target.</summary>
public sealed record SlaTimes(TimeSpan? First, TimeSpan? Next, TimeSpan? Resolution)
{
    public static SlaTimes None { get; } = new(null, null, null);

    public bool IsEmpty => this == None;
}

/// <summary>What holds for a team's conversations of a priority; where one of the two is null, for all.</summary>
public sealed class SlaTarget : ITenantOwned
{
    /// <summary>Open time of ninety days of twenty-four hours.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private SlaTarget() { }

    /// <exception cref="RuleException">See <see cref="Change"/>.</exception>
    public SlaTarget(SlaTargetId id, TenantId tenantId, TeamId? team, ConversationPriority? priority, SlaTimes times, DateTimeOffset now)
    {
        (Id, TenantId, TeamId, Priority, CreatedAt) = (id, tenantId, team, priority, now);
        Change(times);
    }

    public SlaTargetId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    /// <summary>Null: of any team and of none.</summary>
    public TeamId? TeamId { get; private set; }

    /// <summary>Null: any.</summary>
    public ConversationPriority? Priority { get; private set; }

    public int? FirstMinutes { get; private set; }

    public int? NextMinutes { get; private set; }

    public int? ResolutionMinutes { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    public SlaTimes Times => new(Span(FirstMinutes), Span(NextMinutes), Span(ResolutionMinutes));

    /// <exception cref="RuleException">One is under a minute or over <see cref="Longest"/>.</exception>
    public void Change(SlaTimes times) =>
        (FirstMinutes, NextMinutes, ResolutionMinutes) = (Minutes(times.First), Minutes(times.Next), Minutes(times.Resolution));

    private static TimeSpan? Span(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;

    private static int? Minutes(TimeSpan? time) =>
        time is not { } t ? null
        : t >= TimeSpan.FromMinutes(1) && t <= Longest ? (int)t.TotalMinutes
        : throw new RuleException("sla.time-invalid", (int)Longest.TotalHours);
}
