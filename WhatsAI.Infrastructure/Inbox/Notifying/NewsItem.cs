using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>What one member is notified of in one conversation.</summary>
/// <param name="Title">What the customer is called; null: nothing is known of him.</param>
/// <param name="Text">What was written; null where the member did not ask to be shown it, or nothing was.</param>
/// <param name="Unread">The conversation's unread messages; 0 where it is no message that is told of.</param>
/// <param name="ByName">Who mentioned him or gave him the conversation; null: the program.</param>
/// <param name="MessageId">Where to look; null: at the conversation.</param>
public sealed record NewsItem(
    ConversationId ConversationId,
    Telling Telling,
    string? Title,
    string? Text,
    int Unread = 0,
    string? ByName = null,
    MessageId? MessageId = null
)
{
    /// <summary>One for each conversation: of several the weightiest speaks, and the last of that; sound and sight are asked for if one of them asks.</summary>
    public static IReadOnlyList<NewsItem> Bundle(IEnumerable<NewsItem> items) =>
        [
            .. items
                .GroupBy(i => i.ConversationId)
                .Select(g =>
                {
                    var said = g.Reverse().MaxBy(i => i.Telling.Rule)!;
                    return said with
                    {
                        Telling = said.Telling with { Shows = g.Any(i => i.Telling.Shows), Sounds = g.Any(i => i.Telling.Sounds) },
                    };
                }),
        ];
}
