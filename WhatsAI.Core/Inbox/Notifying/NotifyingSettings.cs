using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>Of what a member is notified, and when not. Side row of the membership, made when he first changes something.</summary>
public sealed class NotifyingSettings : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public UserId UserId { get; init; }

    /// <summary>Those that show a notification, in each browser in which he allowed it.</summary>
    public NotifyingRules Shows { get; init; } = NotifyingRules.All;

    /// <summary>Those that sound.</summary>
    public NotifyingRules Sounds { get; init; } = NotifyingRules.All & ~NotifyingRules.Unassigned;

    /// <summary>
    /// A notification stands on a locked screen and beside others' eyes: it names the customer, and says what was written only to whom asked for it.
    /// </summary>
    public bool ShowsText { get; init; }

    /// <summary>Null: none.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>Whether he hears in his quiet hours that a note names him.</summary>
    public bool MentionsPass { get; init; }

    /// <summary>As long as he has chosen nothing.</summary>
    public static NotifyingSettings Default(TenantId tenant, UserId user) => new() { TenantId = tenant, UserId = user };
}
