using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Views;

/// <summary>Saved views in the command palette: the member's own and the company's.</summary>
public sealed class ViewCommands(InboxViewQueries queries, IStringLocalizer<ViewText> texts) : ICommandSource
{
    public async Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken)
    {
        if (query.Text.Length == 0 || !query.Shell.Allows(Permission.ConversationsRead))
        {
            return [];
        }

        string group = texts["menu"];
        return FuzzyMatch.Best(
            (await queries.ListAsync(overtaken)).Select(view =>
                Command.Go(
                    group,
                    "bookmarks",
                    view.Name,
                    ViewFilter.Url(view, query.Shell, selected: null),
                    texts[view.Shared ? "companys" : "yours"]
                )
            ),
            query.Text
        );
    }
}
