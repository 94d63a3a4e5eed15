namespace WhatsAI.Core.Messaging;

/// <summary>A message as far as the conversation's row in the list is concerned.</summary>
/// <param name="Counts">Whether it is news to the agents: history is not, nor what was found in a gap and had been answered on the phone.</param>
public sealed record HeadMessage(
    MessageId Id,
    DateTimeOffset SentAt,
    MessageDirection Direction,
    MessageOrigin Origin,
    MessageKind Kind,
    string Text,
    DeliveryState? Delivery,
    bool Counts
);

/// <summary>What a message does to its conversation's row. Messages may come in any order; the newest by (provider's time, id) is shown.</summary>
public static class HeadRules
{
    /// <summary>Characters of a preview.</summary>
    public const int PreviewLength = 160;

    // Nothing at all is the preview of a deleted message.
    private const string Blank = " ";

    /// <summary>The row with this message counted in. A message that is already counted must not be given again: unread would grow.</summary>
    public static ConversationHead After(ConversationHead head, HeadMessage message)
    {
        var newest = IsAfter(message.SentAt, message.Id, head);
        var next = newest
            ? head with
            {
                LastMessageId = message.Id,
                LastAt = message.SentAt,
                LastPreview = message is { Kind: MessageKind.Text, Text.Length: 0 } ? Blank : Preview(message.Text),
                LastKind = message.Kind,
                LastDirection = message.Direction,
                LastDelivery = message.Delivery,
            }
            : head;
        return message.Direction == MessageDirection.In ? AfterCustomer(next, message) : AfterUs(next, message);
    }

    /// <summary>A long message's beginning on one line, never half of a character made of two; one space for a message of spaces alone.</summary>
    public static string Preview(string text)
    {
        var line = new System.Text.StringBuilder(Math.Min(text.Length, PreviewLength));
        var space = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = line.Length > 0;
                continue;
            }

            if (line.Length + (space ? 1 : 0) >= PreviewLength)
            {
                break;
            }

            line.Append(space ? " " : "").Append(c);
            space = false;
        }

        if (line.Length > 0 && char.IsHighSurrogate(line[^1]))
        {
            line.Length--;
        }

        return line.Length == 0 && text.Length > 0 ? Blank : line.ToString();
    }

    private static ConversationHead AfterCustomer(ConversationHead head, HeadMessage message)
    {
        var last = head.LastInboundAt is { } before && before > message.SentAt ? before : message.SentAt;
        return message.Counts
            ? head with
            {
                LastInboundAt = last,
                Unread = head.Unread + 1,
                Status = ConversationStatus.Open,
                SnoozedUntil = null,
                WaitingSince = head.WaitingSince is { } since && since < message.SentAt ? since : message.SentAt,
            }
            : head with
            {
                LastInboundAt = last,
            };
    }

    // Who answers on the phone has read there.
    private static ConversationHead AfterUs(ConversationHead head, HeadMessage message) =>
        message.Origin is MessageOrigin.Agent or MessageOrigin.Phone && (head.LastInboundAt is null || message.SentAt >= head.LastInboundAt)
            ? head with
            {
                Unread = 0,
                WaitingSince = null,
                SnoozedUntil = head.CameBack ? null : head.SnoozedUntil,
                Status =
                    message.Origin == MessageOrigin.Agent && head.Status == ConversationStatus.Resolved
                        ? ConversationStatus.Open
                        : head.Status,
            }
            : head;

    private static bool IsAfter(DateTimeOffset at, MessageId id, ConversationHead head) =>
        head.LastMessageId is not { } last || at > head.LastAt || (at == head.LastAt && id.Value.CompareTo(last.Value) > 0);
}
