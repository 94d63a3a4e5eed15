using Microsoft.Extensions.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Campaigns.Lists;

/// <summary>Campaigns in the command palette, by name, with their templates' page and the way to a new one.</summary>
public sealed class CampaignCommands(
    CampaignListQueries queries,
    CurrentMember member,
    IStringLocalizer<CampaignListText> texts,
    IStringLocalizer<CampaignsText> words
) : ICommandSource
{
    private const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken)
    {
        if (!member.Allows(Permission.CampaignsRead) || query.Text.Length == 0)
        {
            return [];
        }

        string group = texts["palette.group"];
        var pages = new List<Command> { Command.Go(group, "draft", texts["templates"], query.Shell.Path("campaigns/templates")) };
        if (member.Allows(Permission.CampaignsWrite))
        {
            pages.Add(Command.Go(group, "add", texts["new"], query.Shell.Path("campaigns?new=1")));
        }

        var found = (await queries.PageAsync(query.Text, ct: overtaken)).Rows.Take(Most);
        return
        [
            .. FuzzyMatch.Best(pages, query.Text),
            .. found.Select(c =>
                Command.Go(group, "campaign", c.Name, query.Shell.Path(CampaignList.PathOf(c)), CampaignLooks.Word(words, c.State, c.Cause))
            ),
        ];
    }
}
