using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Search;

/// <summary>Conversations in the command palette, by name and phone number, and the way to look through the messages.</summary>
public sealed class ConversationCommands(
    SearchQueries queries,
    CurrentMember member,
    IStringLocalizer<SearchText> texts,
    IStringLocalizer<InboxText> inbox
) : ICommandSource
{
    private const int Most = 5;

    public async Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken)
    {
        if (!member.Allows(Permission.ConversationsRead) || SearchWords.Read(query.Text).IsTooShort)
        {
            return [];
        }

        var group = texts["palette.group"];
        var found = await PeopleAsync(query.Text, overtaken);
        var terms = SearchTerms.Of(query.Text, before: null, new InboxFilter());
        return
        [
            .. found.Select(row =>
                Command.Go(
                    group,
                    row.Kind == Core.Messaging.ConversationKind.Group ? "groups" : "chat",
                    row.Title.Length > 0 ? row.Title : inbox["nameless"],
                    InboxUrl.Of(query.Shell, new InboxFilter(), row.Id),
                    row.Name is null ? row.InstanceName : row.DisplayPhone
                )
            ),
            Command.Go(
                group,
                "manage_search",
                texts["palette.all", query.Text],
                InboxUrl.Of(query.Shell, new InboxFilter(), search: terms)
            ),
        ];
    }

    // Pages and actions are found all the same.
    private async Task<IReadOnlyList<ConversationRow>> PeopleAsync(string text, CancellationToken overtaken)
    {
        try
        {
            return await queries.PeopleAsync(text, new SearchFilter(), Most, overtaken);
        }
        catch (RuleException)
        {
            return [];
        }
    }
}
