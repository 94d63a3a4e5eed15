using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>Which macro is to be run, with what it will do. Read when it opens: what is shown is what runs, or nothing does.</summary>
public sealed partial class MacroPickDialog(
    MacroQueries queries,
    IStringLocalizer<MacroText> texts,
    IStringLocalizer<Canned.CannedText> canned
)
{
    private IReadOnlyList<MacroRow>? _all;
    private IReadOnlyList<MacroRow> _found = [];
    private MacroNames _names = MacroNames.None;
    private string _text = "";
    private int _active;
    private bool _away;

    /// <summary>What it is run on.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ConversationRow> Rows { get; set; } = [];

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>The one that is asked for; null: any.</summary>
    [Parameter]
    public MacroId? Sought { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback<(MacroRow Macro, MacroNames Names)> OnChosen { get; set; }

    private IStringLocalizer<MacroText> L => texts;

    private CannedValues? Values =>
        Rows is [var row] ? new CannedValues(row.Name, Shell.UserName, row.InstanceName, Shell.TenantName) : null;

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _away = false;
        await RunAsync(
            async () =>
            {
                var rows = await queries.ListAsync(Gone);
                (_names, _all) = (await queries.NamesAsync(Gone), [.. rows.Where(m => m.Usable)]);
                Find();
                _active = Math.Max(0, _found.ToList().FindIndex(m => m.Id == Sought));
            },
            away: () => _away = true
        );
    }

    private void Find()
    {
        var typed = _text.Trim();
        _found =
        [
            .. (_all ?? [])
                .Select(m => (Macro: m, Score: typed.Length == 0 ? 1 : Score(m, typed)))
                .Where(m => m.Score > 0)
                .OrderByDescending(m => m.Score)
                // What can be run here comes first, so that Enter runs it.
                .ThenBy(m => Problem(m.Macro) is null ? 0 : 1)
                .Select(m => m.Macro),
        ];
        _active = 0;
    }

    // Who types a name wants that; a folder finds what is in it.
    private static int Score(MacroRow macro, string typed) =>
        FuzzyMatch.Score(macro.Name, typed) is > 0 and var score ? score + 1
        : macro.Folder is { } folder && FuzzyMatch.Score(folder, typed) > 0 ? 1
        : 0;

    private async Task KeyAsync(KeyboardEventArgs e)
    {
        _active = ListKeys.Move(e.Key, _active, _found.Count);
        if (e.Key == "Enter" && _active < _found.Count)
        {
            await ChooseAsync(_found[_active]);
        }
    }

    private MacroProblem? Problem(MacroRow macro) =>
        macro.Steps.Select(s => MacroPlan.Problem(s, _names, Shell.Allows, Values)).FirstOrDefault(p => p is not null);

    private Task ChooseAsync(MacroRow macro)
    {
        _active = Math.Max(0, _found.ToList().IndexOf(macro));
        // Its preview says why not.
        return Problem(macro) is null ? OnChosen.InvokeAsync((macro, _names)) : Task.CompletedTask;
    }

    private string ScopeName(MacroRow macro) =>
        macro.TeamName is { } team ? canned["scope.of-team", team] : canned[Canned.CannedWords.ScopeKey(macro.Scope)];
}
