using Microsoft.Extensions.Localization;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>Pages of the rail in the command palette, those that the member may open.</summary>
public sealed class PageCommands(IStringLocalizer<CommonText> texts) : ICommandSource
{
    public Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken) =>
        Task.FromResult(
            FuzzyMatch.Best(
                NavEntry
                    .All.Concat(NavEntry.Foot)
                    .Where(e => query.Shell.Allows(e.Asks))
                    .Select(e => Command.Go(texts["palette.pages"], e.Icon, texts[$"nav.{e.Key}"], query.Shell.Path(e.Page))),
                query.Text
            )
        );
}
