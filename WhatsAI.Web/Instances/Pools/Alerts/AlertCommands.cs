using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>The alert centre in the command palette: it has no place of its own in the rail, the bell leads there.</summary>
public sealed class AlertCommands(IStringLocalizer<AlertsText> texts, IStringLocalizer<CommonText> common) : ICommandSource
{
    public Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken) =>
        Task.FromResult(
            query.Shell.Allows(Permission.NumbersRead)
                ? FuzzyMatch.Best(
                    [Command.Go(common["palette.pages"], "notification_important", texts["title"], query.Shell.Path("alerts"))],
                    query.Text
                )
                : []
        );
}
