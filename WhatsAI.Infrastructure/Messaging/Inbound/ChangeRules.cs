using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What is known of a message that somebody wants changed.</summary>
/// <param name="Group">Null in a person's thread.</param>
/// <param name="Counterpart">Every identity of the person the thread is with.</param>
/// <param name="Sender">Every identity of who wrote it; empty for ours.</param>
internal sealed record ChangeTarget(
    MessageDirection Direction,
    MessageOrigin Origin,
    string? Group,
    IReadOnlyCollection<string> Counterpart,
    IReadOnlyCollection<string> Sender
);

/// <summary>
/// Whether a change is its author's to make. A phone can be made to write any key into an edit, and Evolution's <c>messages.edited</c> passes on nothing else:
/// a customer who knows the id of our message could rewrite what we told him.
/// </summary>
internal static class ChangeRules
{
    /// <param name="isOurs">Whether an address is our own number's.</param>
    public static bool Fits(ChangeSource by, ChangeTarget target, Func<Jid, bool> isOurs)
    {
        var sameChat =
            by.Chat is null ? by.Vouched
            : target.Group is not null ? by.Chat.Value == target.Group
            : Names(by.Chat, by.ChatAlt, target.Counterpart);
        return (target.Direction, target.Group) switch
        {
            // What this console sent is changed through the gateway, which then says so itself. What the phone wrote, the phone may change.
            (MessageDirection.Out, _) => sameChat && by.FromMe && (by.Vouched || target.Origin == MessageOrigin.Phone),
            // A group's administrator may delete what others wrote: here it stays, and the event is marked.
            (_, not null) => sameChat && !(by.Vouched && by.FromMe) && Names(by.Sender, by.SenderAlt, target.Sender),
            _ when !by.FromMe => sameChat,
            // As the customer's own phone writes it: "mine, in the chat with you".
            _ => !by.Vouched && !sameChat && by.Chat is { } chat && isOurs(chat),
        };
    }

    /// <summary>An identity as the queries here list it.</summary>
    public static string? Name(Jid? jid) => jid is not null && IdentityKey.Of(jid) is { } key ? $"{key.Kind}:{key.Value}" : null;

    private static bool Names(Jid? jid, Jid? alt, IReadOnlyCollection<string> identities) =>
        (Name(jid) is { } name && identities.Contains(name)) || (Name(alt) is { } other && identities.Contains(other));
}
