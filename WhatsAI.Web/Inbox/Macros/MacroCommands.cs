using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>Macros in the command palette while a conversation is open; each opens the picker, which shows what it will do.</summary>
public sealed class MacroCommands(
    MacroQueries queries,
    MacroRequests requests,
    NavigationManager navigation,
    IStringLocalizer<MacroText> texts
) : ICommandSource
{
    public async Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken)
    {
        if (query.Text.Length == 0 || !query.Shell.Allows(Permission.ConversationsReply) || Open(query) is not { } conversation)
        {
            return [];
        }

        string group = texts["title"];
        var macros = await queries.ListAsync(overtaken);
        return FuzzyMatch.Best(
            macros.Where(m => m.Usable).Select(m => Command.Do(group, "auto_awesome_motion", m.Name, () => Ask(conversation, m), m.Folder)),
            query.Text
        );
    }

    private Task Ask(ConversationId conversation, MacroRow macro)
    {
        requests.Ask(conversation, macro.Id);
        return Task.CompletedTask;
    }

    private ConversationId? Open(CommandQuery query)
    {
        var (path, inbox) = (new Uri(navigation.Uri).AbsolutePath, query.Shell.Path("inbox/"));
        return path.StartsWith(inbox, StringComparison.OrdinalIgnoreCase) && Id.TryParse<ConversationId>(path[inbox.Length..], out var id)
            ? id
            : null;
    }
}
