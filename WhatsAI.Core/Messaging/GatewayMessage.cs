namespace WhatsAI.Core.Messaging;

/// <summary>A message as a gateway reports it, whoever wrote it.</summary>
public sealed record GatewayMessage
{
    /// <summary>WhatsApp's own id, unique per chat and direction: what receipts, edits and repeats are matched by.</summary>
    public required string ProviderId { get; init; }

    public required Jid Chat { get; init; }

    /// <summary>The chat's other address (LID for a phone, phone for a LID), where the gateway knows it.</summary>
    public Jid? ChatAlt { get; init; }

    /// <summary>Who wrote it, in a group or a broadcast; null in a chat of two.</summary>
    public Jid? Sender { get; init; }

    public Jid? SenderAlt { get; init; }

    /// <summary>Written by us: here, on the phone, or on another device.</summary>
    public required bool FromMe { get; init; }

    /// <summary>The name its author chose. Ours, and worthless, when <see cref="FromMe"/>.</summary>
    public string? PushName { get; init; }

    /// <summary>WhatsApp's time, UTC, to the second; null when absent or absurd (before 2009, after 2100): then the time it came counts.</summary>
    public DateTimeOffset? At { get; init; }

    public required MessageBody Body { get; init; }

    public QuotedMessage? Quoted { get; init; }

    /// <summary>People named with @ in the text.</summary>
    public IReadOnlyList<Jid> Mentions { get; init; } = [];

    public bool Forwarded { get; init; }

    /// <summary>Set to disappear after a while.</summary>
    public bool Ephemeral { get; init; }

    public bool ViewOnce { get; init; }

    /// <summary>The advertisement the customer came from (click to WhatsApp).</summary>
    public AdReferral? Ad { get; init; }

    /// <summary>ios, android, web, … as the gateway guesses.</summary>
    public string? Source { get; init; }

    /// <summary>How far it had come when it was reported; null where the gateway says nothing.</summary>
    public DeliveryState? State { get; init; }
}

/// <param name="ProviderId">The message that is answered.</param>
/// <param name="Author">Who wrote that one.</param>
/// <param name="Preview">Its words as the sender's phone sent them: anyone can forge them, so our own copy is shown where we have it.</param>
/// <param name="Kind">Its kind; null when unknown.</param>
public sealed record QuotedMessage(string ProviderId, Jid? Author, string? Preview, MessageKind? Kind);

/// <param name="SourceId">The advertisement's id.</param>
/// <param name="ClickId">Meta's click id (ctwa_clid), for attribution.</param>
public sealed record AdReferral(string? SourceType, string? SourceId, string? SourceUrl, string? Title, string? Text, string? ClickId);
