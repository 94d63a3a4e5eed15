using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Canned;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>The macros a member sees, by folder, as canned responses are kept.</summary>
public sealed partial class MacrosPage(
    MacroQueries queries,
    TeamQueries teams,
    MacroActions actions,
    MacroWords words,
    IStringLocalizer<MacroText> texts
)
{
    private Shown? _shown;
    private MacroRow? _edited;
    private bool _editing;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [Inject]
    private IStringLocalizer<CannedText> Canned { get; set; } = null!;

    private IStringLocalizer<MacroText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is MacrosChanged or TeamsChanged or LabelsChanged or MemberChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var mayShare = Shell.Allows(Permission.CannedManage);
        var rows = await queries.ListAsync(ct);
        var shown = new Shown(rows, await queries.NamesAsync(ct), mayShare ? await teams.TeamsAsync(ct) : [], mayShare);
        return () => _shown = shown;
    }

    private void Edit(MacroRow? row) => (_edited, _editing) = (row, true);

    private async Task SavedAsync(string name)
    {
        _editing = false;
        Toasts.Show(L["saved", name]);
        await ReloadAsync();
    }

    private async Task DeleteAsync(MacroRow row)
    {
        if (await RunAsync(() => actions.DeleteAsync(row.Id, Gone)))
        {
            var form = new MacroForm(row.Scope, row.TeamId, row.Name, row.Folder, row.Steps);
            OfferUndo(
                L["deleted", row.Name],
                async () =>
                {
                    await actions.CreateAsync(form, Gone);
                    await ReloadAsync();
                }
            );
        }

        await ReloadAsync();
    }

    private string ScopeName(MacroRow row) =>
        row.TeamName is { } team ? Canned["scope.of-team", team] : Canned[CannedWords.ScopeKey(row.Scope)];

    private static string ScopeIcon(CannedScope scope) =>
        scope switch
        {
            CannedScope.Personal => "person",
            CannedScope.Team => "groups",
            _ => "apartment",
        };

    private sealed record Shown(IReadOnlyList<MacroRow> Rows, MacroNames Names, IReadOnlyList<TeamRow> Teams, bool MayShare)
    {
        public IReadOnlyList<IGrouping<string?, MacroRow>> Folders { get; } =
        [
            .. Rows.GroupBy(r => r.Folder, StringComparer.CurrentCultureIgnoreCase)
                .OrderBy(g => g.Key is null)
                .ThenBy(g => g.Key, StringComparer.CurrentCultureIgnoreCase),
        ];

        public IReadOnlyList<string> FolderNames => [.. Folders.Select(f => f.Key).OfType<string>()];
    }
}
