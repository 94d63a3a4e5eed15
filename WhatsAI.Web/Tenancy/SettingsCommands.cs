using Microsoft.Extensions.Localization;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Tenancy;

/// <summary>Pages of the settings in the command palette, those that the member may open.</summary>
public sealed class SettingsCommands(IStringLocalizer<TenancyText> texts) : ICommandSource
{
    public Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken) =>
        Task.FromResult(
            query.Text.Length == 0
                ? []
                : FuzzyMatch.Best(
                    SettingsEntry
                        .All.Where(e => query.Shell.Allows(e.Asks))
                        .Select(e => Command.Go(texts["settings.title"], e.Icon, texts[e.Key], query.Shell.Path(e.Page))),
                    query.Text
                )
        );
}
