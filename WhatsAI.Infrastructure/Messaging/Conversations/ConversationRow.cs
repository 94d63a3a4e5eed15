using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>One line of the inbox list. Immutable: the same object is handed to every open list of the process.</summary>
/// <param name="Name">The name a member gave, else the person's own; null where neither is known.</param>
/// <param name="Phone">E.164; null while only a LID is known.</param>
public sealed record ConversationRow(
    ConversationId Id,
    ConversationKind Kind,
    ContactId? ContactId,
    string? Name,
    string? Phone,
    MediaId? PictureId,
    InstanceId InstanceId,
    string InstanceName,
    ConversationStatus Status,
    DateTimeOffset LastAt,
    string LastPreview,
    MessageKind LastKind,
    MessageDirection LastDirection,
    DeliveryState? LastDelivery,
    int Unread
)
{
    /// <summary>Who answers it; null: whoever takes it.</summary>
    public UserId? AssigneeId { get; init; }

    public string? AssigneeName { get; init; }

    public TeamId? TeamId { get; init; }

    public string? TeamName { get; init; }

    public ConversationPriority Priority { get; init; } = ConversationPriority.Normal;

    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>When it comes back by itself; null while snoozed: with the customer's next message.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <inheritdoc cref="ConversationHead.CameBack"/>
    public bool CameBack => Status == ConversationStatus.Open && SnoozedUntil is not null;

    /// <summary>Since when the customer waits for an answer of a person; null: he does not.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The target that lapses next, or lapsed first; null: none runs.</summary>
    public SlaLapse? Lapse { get; init; }

    /// <summary>What the row is called; empty when nothing is known of the person.</summary>
    public string Title => Name ?? DisplayPhone ?? "";

    public string? DisplayPhone => PhoneNumber.TryParse(Phone, out var number) ? number.Format() : Phone;

    public ConversationKey Key => new(LastAt, Id);

    /// <summary>Its place in a list of this order.</summary>
    public ConversationKey KeyBy(InboxOrder order) => order == InboxOrder.Lapse ? Key with { LapseAt = Lapse?.At } : Key;
}

/// <summary>What stands at the top of a list.</summary>
public enum InboxOrder
{
    /// <summary>What was written in last.</summary>
    Newest,

    /// <summary>What lapses first; then, from the newest, where no target runs.</summary>
    Lapse,
}

/// <summary>A place in the list, which goes from the newest down, after those that have a lapse, the earliest first.</summary>
public sealed record ConversationKey(DateTimeOffset LastAt, ConversationId Id) : IComparable<ConversationKey>
{
    /// <summary>Null in a list by the newest.</summary>
    public DateTimeOffset? LapseAt { get; init; }

    /// <summary>Negative where this one stands above the other. Ids compare as PostgreSQL does: byte by byte as written.</summary>
    public int CompareTo(ConversationKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byId = string.CompareOrdinal(other.Id.Value.ToString("N"), Id.Value.ToString("N"));
        if ((LapseAt ?? other.LapseAt) is not null)
        {
            var byLapse = (LapseAt ?? DateTimeOffset.MaxValue).CompareTo(other.LapseAt ?? DateTimeOffset.MaxValue);
            return byLapse != 0 ? byLapse : -byId;
        }

        var byTime = other.LastAt.CompareTo(LastAt);
        return byTime != 0 ? byTime : byId;
    }

    public static bool operator <(ConversationKey left, ConversationKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ConversationKey left, ConversationKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ConversationKey left, ConversationKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ConversationKey left, ConversationKey right) => left.CompareTo(right) >= 0;
}

/// <summary>The labels of a conversation; equal where they are the same ones. What they are called stands in the summary.</summary>
public sealed class LabelSet(IReadOnlyList<LabelId> ids) : IEquatable<LabelSet>
{
    public static LabelSet Empty { get; } = new([]);

    public IReadOnlyList<LabelId> Ids { get; } = ids;

    public bool Contains(LabelId id) => Ids.Contains(id);

    public bool Equals(LabelSet? other) => other is not null && Ids.SequenceEqual(other.Ids);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => Ids.Count == 0 ? 0 : HashCode.Combine(Ids.Count, Ids[0]);
}

/// <summary>Whose conversations: one member's, or nobody's yet.</summary>
/// <param name="Assignee">Null: nobody's.</param>
public sealed record Whose(UserId? Assignee)
{
    public static Whose Nobodys { get; } = new((UserId?)null);
}

/// <summary>Which conversations a list shows; those with people or those of groups.</summary>
/// <param name="Whose">Null: everybody's.</param>
/// <param name="TeamId">Null: of any team and of none.</param>
/// <param name="LabelId">Null: with any labels and with none.</param>
/// <param name="Priority">Null: of any.</param>
public sealed record InboxFilter(
    ConversationStatus Status = ConversationStatus.Open,
    InstanceId? InstanceId = null,
    bool UnreadOnly = false,
    Whose? Whose = null,
    TeamId? TeamId = null,
    LabelId? LabelId = null,
    ConversationPriority? Priority = null
)
{
    /// <summary>People, or groups: they are never in one list.</summary>
    public ConversationKind Kind { get; init; } = ConversationKind.Person;

    /// <summary>No filter, but it belongs to the list's address as they do.</summary>
    public InboxOrder Order { get; init; }

    public bool Accepts(ConversationRow row) =>
        row.Kind == Kind
        && row.Status == Status
        && (InstanceId is not { } instance || row.InstanceId == instance)
        && (!UnreadOnly || row.Unread > 0)
        && (Whose is not { } whose || row.AssigneeId == whose.Assignee)
        && (TeamId is not { } team || row.TeamId == team)
        && (LabelId is not { } label || row.Labels.Contains(label))
        && (Priority is not { } priority || row.Priority == priority);

    /// <summary>Whether the counters can say how many it holds: they know nothing of labels and priorities.</summary>
    public bool IsCounted => LabelId is null && Priority is null;
}

/// <param name="More">Whether there are rows below the last one.</param>
public sealed record ConversationPage(IReadOnlyList<ConversationRow> Rows, bool More);

/// <summary>One number's conversations of one kind in one status, of one assignee and team.</summary>
/// <param name="Assignee">Null: nobody's.</param>
/// <param name="Team">Null: no team's.</param>
public sealed record InboxCount(
    InstanceId InstanceId,
    ConversationStatus Status,
    UserId? Assignee,
    TeamId? Team,
    int Conversations,
    int Unread
)
{
    public ConversationKind Kind { get; init; } = ConversationKind.Person;

    internal bool IsOf(InboxFilter filter) =>
        Kind == filter.Kind
        && Status == filter.Status
        && (filter.InstanceId is not { } number || InstanceId == number)
        && (filter.Whose is not { } whose || Assignee == whose.Assignee)
        && (filter.TeamId is not { } team || Team == team);
}

/// <summary>A number as the inbox needs it.</summary>
/// <param name="Deleted">Its conversations stay, but nothing can be sent through it.</param>
public sealed record InboxNumber(InstanceId Id, string Name, string? Phone, InstanceState State, bool Deleted);

public sealed record InboxTeam(TeamId Id, string Name);

/// <param name="Colour">1 to 8: the design's categories.</param>
public sealed record InboxLabel(LabelId Id, string Name, int Colour);

/// <summary>What stands around the list: counters and numbers, read once per process and shared by all open lists.</summary>
public sealed record InboxSummary(IReadOnlyList<InboxCount> Counts, IReadOnlyList<InboxNumber> Numbers)
{
    public static InboxSummary Empty { get; } = new([], []);

    /// <summary>By name.</summary>
    public IReadOnlyList<InboxTeam> Teams { get; init; } = [];

    /// <summary>The company's, by name.</summary>
    public IReadOnlyList<InboxLabel> Labels { get; init; } = [];

    /// <summary>How many the filter holds; of those that are unread, if it is for them.</summary>
    public int Conversations(InboxFilter filter) =>
        Counts.Where(c => c.IsOf(filter)).Sum(c => filter.UnreadOnly ? c.Unread : c.Conversations);

    /// <summary>Conversations with people in which something is unread and that are not resolved: groups call nobody.</summary>
    public int Unread => Counts.Where(c => c.Kind == ConversationKind.Person && c.Status != ConversationStatus.Resolved).Sum(c => c.Unread);

    /// <summary>What a member sees of it who sees only these numbers.</summary>
    public InboxSummary Of(IReadOnlySet<InstanceId>? numbers) =>
        numbers is null
            ? this
            : this with
            {
                Counts = [.. Counts.Where(c => numbers.Contains(c.InstanceId))],
                Numbers = [.. Numbers.Where(n => numbers.Contains(n.Id))],
            };

    public InboxNumber? Number(InstanceId id) => Numbers.FirstOrDefault(n => n.Id == id);
}
