using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>The canned responses a member sees, by folder. Who replies keeps his own here; those of teams and of the company are kept by who may.</summary>
public sealed partial class CannedPage(
    CannedResponseQueries queries,
    TeamQueries teams,
    CannedResponseActions actions,
    IStringLocalizer<CannedText> texts
)
{
    private static readonly CannedValues _nobody = new(ContactName: null, "", "", "");
    private Shown? _shown;
    private IReadOnlyList<CannedFolder> _folders = [];
    private CannedResponseRow? _edited;
    private bool _editing;
    private string _search = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<CannedText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is CannedResponsesChanged or TeamsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var mayShare = Shell.Allows(Permission.CannedManage);
        var rows = await queries.ListAsync(ct);
        var shown = new Shown(rows, mayShare ? await teams.TeamsAsync(ct) : [], mayShare);
        return () =>
        {
            _shown = shown;
            Group();
        };
    }

    private void Search(string search)
    {
        _search = search;
        Group();
    }

    private void Edit(CannedResponseRow? row) => (_edited, _editing) = (row, true);

    private async Task SavedAsync(string code)
    {
        _editing = false;
        Toasts.Show(L["saved", code]);
        await ReloadAsync();
    }

    private async Task DeleteAsync(CannedResponseRow row)
    {
        if (await RunAsync(() => actions.DeleteAsync(row.Id, Gone)))
        {
            var form = new CannedResponseForm(row.Scope, row.TeamId, row.Code, row.Folder, row.Text);
            OfferUndo(
                L["deleted", row.Code],
                async () =>
                {
                    await actions.CreateAsync(form, Gone);
                    await ReloadAsync();
                }
            );
        }

        await ReloadAsync();
    }

    // What is asked for stays visible as such: here there is no conversation to fill it from.
    private void Group()
    {
        var responses = _shown!.Rows.Select(r => FilledResponse.Of(r, _nobody, v => L[CannedWords.VariableKey(v)]));
        _folders =
        [
            .. CannedHit
                .Best(responses, _search)
                .GroupBy(h => h.Response.Row.Folder, StringComparer.CurrentCultureIgnoreCase)
                .OrderBy(g => g.Key is null)
                .ThenBy(g => g.Key, StringComparer.CurrentCultureIgnoreCase)
                .Select(g => new CannedFolder(g.Key, [.. g])),
        ];
    }

    private string ScopeName(CannedResponseRow row) =>
        row.TeamName is { } team ? L["scope.of-team", team] : L[CannedWords.ScopeKey(row.Scope)];

    private static string ScopeIcon(CannedScope scope) =>
        scope switch
        {
            CannedScope.Personal => "person",
            CannedScope.Team => "groups",
            _ => "apartment",
        };

    private sealed record CannedFolder(string? Name, IReadOnlyList<CannedHit> Hits);

    private sealed record Shown(IReadOnlyList<CannedResponseRow> Rows, IReadOnlyList<TeamRow> Teams, bool MayShare)
    {
        public IReadOnlyList<string> Folders { get; } =
        [
            .. Rows.Select(r => r.Folder)
                .OfType<string>()
                .Distinct(StringComparer.CurrentCultureIgnoreCase)
                .Order(StringComparer.CurrentCultureIgnoreCase),
        ];
    }
}
