namespace WhatsAI.Core.Messaging;

/// <summary>Something a gateway reported, in words that are the same for every gateway. Nothing here is proven, unique or in order.</summary>
public abstract record GatewayEvent;

/// <summary>The link between the gateway and WhatsApp.</summary>
public enum LinkState
{
    Connecting,
    Open,
    Closed,

    /// <summary>The gateway gave up: nobody scanned the code.</summary>
    Refused,
}

/// <param name="Code">WhatsApp's reason, as an HTTP-like status: 200 for none.</param>
/// <param name="Owner">The number that is linked, known once open.</param>
public sealed record ConnectionChanged(LinkState State, int? Code, Jid? Owner, string? ProfileName, string? PictureUrl) : GatewayEvent;

/// <param name="Code">What the QR code says; empty when only a pairing code came.</param>
/// <param name="Image">The code drawn, as a data URI, where the gateway draws it.</param>
/// <param name="PairingCode">Eight characters to type on the phone, when a number was given.</param>
public sealed record QrUpdated(string Code, string? Image, string? PairingCode) : GatewayEvent;

/// <summary>No more codes come until somebody asks to connect again.</summary>
public sealed record QrExpired(int? Code) : GatewayEvent;

/// <summary>Why a link closed for good. Comes together with <see cref="ConnectionChanged"/> and <see cref="InstanceLoggedOut"/>, in any order.</summary>
/// <param name="Code">401 logged out, 402 banned for a time, 403 banned or blocked, 406 banned.</param>
/// <param name="At">The gateway's time, UTC.</param>
/// <param name="BanReason">For 402: 101 too many people, 102 blocked by users, 103 groups, 104 same message, 106 broadcast list.</param>
/// <param name="BanLasts">For 402: counted from <paramref name="At"/>.</param>
public sealed record InstanceClosed(int? Code, DateTimeOffset? At, int? BanReason, TimeSpan? BanLasts) : GatewayEvent;

/// <summary>The session is gone; a new QR code is needed.</summary>
public sealed record InstanceLoggedOut : GatewayEvent;

/// <summary>The gateway no longer knows the instance.</summary>
public sealed record InstanceRemoved : GatewayEvent;

/// <summary>A message from somebody, or one of ours written on the phone.</summary>
public sealed record MessageReceived(GatewayMessage Message) : GatewayEvent;

/// <summary>The gateway's own notice of a message sent through it. It comes before the answer to the send and carries no id of ours.</summary>
public sealed record MessageSentEcho(GatewayMessage Message) : GatewayEvent;

/// <summary>Old messages, after the first sync.</summary>
public sealed record HistoryReceived(IReadOnlyList<GatewayMessage> Messages) : GatewayEvent;

/// <summary>Match by id alone: the chat may be named by its other address.</summary>
/// <param name="FromMe">Whether the message is ours. False with Read: we read it on another device.</param>
/// <param name="Participant">Who received or read it, where the gateway tells.</param>
public sealed record ReceiptReceived(string ProviderId, DeliveryState State, bool FromMe, Jid? Chat, Jid? Participant) : GatewayEvent;

/// <summary>Who changed a message, as far as the gateway tells. Everybody knows the ids of the messages he was sent: an id alone proves nothing.</summary>
/// <param name="Sender">In a group, whose message it is or who changed it.</param>
/// <param name="Vouched">
/// Whether the gateway says it of itself, from our point of view. Else it is what the other's phone wrote into its message, from that phone's point of view.
/// </param>
public sealed record ChangeSource(Jid? Chat, Jid? ChatAlt, Jid? Sender, Jid? SenderAlt, bool FromMe, bool Vouched);

public sealed record MessageEdited(string ProviderId, MessageBody Body, DateTimeOffset? At, ChangeSource By) : GatewayEvent;

/// <summary>Deleted for everyone by its author. May be reported twice.</summary>
public sealed record MessageRevoked(string ProviderId, ChangeSource By) : GatewayEvent;

/// <summary>Deleted for everyone by this console or another program at the same gateway.</summary>
public sealed record MessageDeletedByUs(string ProviderId, Jid? Chat) : GatewayEvent;

/// <param name="TargetId">The message that is reacted to.</param>
/// <param name="Emoji">Null when a reaction was taken back.</param>
/// <param name="Actor">Who reacted; our own address is unknown here, so null when <paramref name="FromMe"/>.</param>
/// <param name="At">By the actor's phone, UTC, to the millisecond; decides between two.</param>
public sealed record ReactionChanged(
    string TargetId,
    string? Emoji,
    Jid Chat,
    Jid? ChatAlt,
    Jid? Actor,
    Jid? ActorAlt,
    bool FromMe,
    DateTimeOffset? At
) : GatewayEvent;

/// <param name="Alt">The person's other address, where known.</param>
/// <param name="PushName">Null: not told, keep what is known. Never set for a group (there it is the last sender's).</param>
/// <param name="PictureUrl">Expires; null: not told.</param>
public sealed record ContactSeen(Jid Jid, Jid? Alt, string? PushName, string? PictureUrl) : GatewayEvent;

public enum PresenceState
{
    Available,
    Unavailable,
    Composing,
    Recording,
    Paused,
}

public sealed record PresenceChanged(Jid Chat, Jid Actor, PresenceState State, DateTimeOffset? LastSeen) : GatewayEvent;

/// <param name="Unread">On the phone; null: not told.</param>
public sealed record ChatSeen(Jid Chat, string? Name, int? Unread) : GatewayEvent;

/// <summary>Deleted on the phone. Nothing of ours is deleted for it.</summary>
public sealed record ChatDeleted(Jid Chat) : GatewayEvent;

/// <param name="Subject">Null: not told.</param>
public sealed record GroupChanged(Jid Group, string? Subject, IReadOnlyList<GroupMember> Members) : GatewayEvent;

public sealed record GroupMember(Jid Jid, Jid? Phone, string? Name);

public enum GroupChange
{
    Added,
    Removed,
    Promoted,
    Demoted,
}

public sealed record GroupMembersChanged(Jid Group, GroupChange Change, Jid? Author, IReadOnlyList<GroupMember> Members) : GatewayEvent;

public enum CallStatus
{
    Offered,
    Accepted,
    Rejected,
    Missed,
    Ended,
}

/// <param name="Video">Null: not told.</param>
public sealed record CallReceived(string CallId, Jid From, CallStatus Status, bool? Video, bool Group, DateTimeOffset? At) : GatewayEvent;

/// <summary>Known and of no use here.</summary>
/// <param name="Reason">A short fixed phrase for the event log, never personal data.</param>
public sealed record Ignored(string Reason) : GatewayEvent;

/// <summary>Not known, or known but without what it must hold: kept in the journal and marked.</summary>
/// <param name="Name">The gateway's name of the event, cut to 100 characters.</param>
/// <param name="Reason">A short fixed phrase for the event log, never personal data.</param>
public sealed record Unknown(string Name, string Reason) : GatewayEvent;
