using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>When a number's work that is put off to a time must be looked at because of a conversation's change.</summary>
internal static class LaterWake
{
    /// <summary>The earlier of the end of its snooze and the lapse of a target, of what the change brought; null: nothing is due earlier than before.</summary>
    public static DateTimeOffset? Of(ConversationHead? before, ConversationHead after)
    {
        var lapse = after.AlertAt is { } at && !(before?.AlertAt <= at) ? after.AlertAt : null;
        var back = Until(after) is { } until && until != (before is null ? null : Until(before)) ? Until(after) : null;
        return lapse is null || back < lapse ? back : lapse;
    }

    private static DateTimeOffset? Until(ConversationHead head) => head.Status == ConversationStatus.Snoozed ? head.SnoozedUntil : null;
}
