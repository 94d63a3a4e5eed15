using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>News in the member's language.</summary>
internal sealed class NewsWords(IStringLocalizer<NotifyingText> texts, ShellContext shell)
{
    /// <summary>Where more conversations than this have news in one moment, one note speaks for all.</summary>
    public const int MostAtOnce = 4;

    public IReadOnlyList<NewsNote> Of(IReadOnlyList<NewsItem> items)
    {
        if (items.Count <= MostAtOnce)
        {
            return [.. items.Select(Of)];
        }

        var (shows, sounds) = (items.Any(i => i.Telling.Shows), items.Any(i => i.Telling.Sounds));
        return [new NewsNote(null, "many", shell.Path("inbox"), texts["many.title", items.Count], texts["many.text"], shows, sounds)];
    }

    private NewsNote Of(NewsItem item) =>
        new(
            item.ConversationId.ToString(),
            item.ConversationId.ToString(),
            InboxUrl.Of(shell, item.ConversationId, item.MessageId),
            item.Title ?? texts["nameless"],
            Body(item),
            item.Telling.Shows,
            item.Telling.Sounds
        );

    private string Body(NewsItem item)
    {
        string said = item.Telling.Rule switch
        {
            NotifyingRules.Mentioned => texts["said.mentioned", item.ByName ?? texts["somebody"]],
            NotifyingRules.Assigned when item.ByName is { } by => texts["said.assigned", by],
            NotifyingRules.Assigned => texts["said.assigned-program"],
            _ => item.Unread > 1 ? texts["said.messages", item.Unread] : texts["said.message"],
        };
        var whose = item.Telling.Rule == NotifyingRules.Unassigned ? $"{texts["said.unassigned"]} · " : "";
        // A single message speaks for itself.
        var only = item is { Text: not null, Unread: 1, Telling.Rule: NotifyingRules.Mine or NotifyingRules.Unassigned };
        return only ? $"{whose}{item.Text}" : $"{whose}{said}{(item.Text is null ? "" : $": {item.Text}")}";
    }
}
