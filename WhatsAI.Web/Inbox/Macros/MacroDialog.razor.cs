using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Inbox.Canned;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>A macro being written. Made anew each time it is opened.</summary>
public sealed partial class MacroDialog(MacroActions actions, IStringLocalizer<MacroText> texts, IStringLocalizer<CannedText> canned)
{
    private readonly List<MacroStepForm> _steps = [];
    private readonly Dictionary<Guid, MacroStepEditor> _editors = [];
    private (Guid Step, int By)? _moved;
    private Guid? _added;
    private string _name = "";
    private string _folder = "";
    private string _for = nameof(CannedScope.Personal);
    private string? _problem;
    private bool _busy;

    [Parameter]
    public bool Open { get; set; }

    /// <summary>Null: a new one.</summary>
    [Parameter]
    public MacroRow? Row { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<string> Folders { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<TeamRow> Teams { get; set; } = [];

    /// <summary>What steps may name.</summary>
    [Parameter, EditorRequired]
    public MacroNames Names { get; set; } = MacroNames.None;

    /// <summary>May keep those of teams and of the company.</summary>
    [Parameter]
    public bool MayShare { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Parameter]
    public EventCallback<string> OnSaved { get; set; }

    private IStringLocalizer<MacroText> L => texts;

    private IStringLocalizer<CannedText> Canned => canned;

    private MacroStepEditor Editor
    {
        set => _editors[value.Step.Key] = value;
    }

    protected override void OnInitialized()
    {
        if (Row is not null)
        {
            (_name, _folder) = (Row.Name, Row.Folder ?? "");
            _for = Row.TeamId?.ToString() ?? Row.Scope.ToString();
            _steps.AddRange(Row.Steps.Select(MacroStepForm.Of));
        }
    }

    // A step that moves takes the focus with it: its place in the page is another one.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var (moved, added) = (_moved, _added);
        (_moved, _added) = (null, null);
        if (moved is ({ } step, { } by) && _editors.TryGetValue(step, out var editor))
        {
            await editor.FocusAsync(by);
        }
        else if (added is { } fresh && _editors.TryGetValue(fresh, out var begun))
        {
            await begun.FocusAsync();
        }
    }

    private void Add(MacroStepKind kind)
    {
        var label = Names.Labels is [var first, ..] ? first.Id.ToString() : "";
        var step = new MacroStepForm { Kind = kind, Label = label };
        _steps.Add(step);
        _added = step.Key;
    }

    private void Move(MacroStepForm step, int by)
    {
        var (from, to) = (_steps.IndexOf(step), _steps.IndexOf(step) + by);
        if (from >= 0 && to >= 0 && to < _steps.Count)
        {
            (_steps[from], _steps[to]) = (_steps[to], _steps[from]);
            _moved = (step.Key, by);
        }
    }

    private void Remove(MacroStepForm step)
    {
        var at = _steps.IndexOf(step);
        _steps.Remove(step);
        _editors.Remove(step.Key);
        if (_steps.Count > 0)
        {
            _added = _steps[Math.Clamp(at, 0, _steps.Count - 1)].Key;
        }
    }

    private async Task SaveAsync()
    {
        (_busy, _problem) = (true, null);
        try
        {
            var form = Form();
            await (Row is null ? actions.CreateAsync(form, Gone) : actions.ChangeAsync(Row.Id, form, Row.Version, Gone));
            await OnSaved.InvokeAsync(_name.Trim());
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        finally
        {
            _busy = false;
        }
    }

    private MacroForm Form()
    {
        MacroStep[] steps = [.. _steps.Select(s => s.ToStep())];
        return Id.TryParse<TeamId>(_for, out var team)
            ? new MacroForm(CannedScope.Team, team, _name, _folder, steps)
            : new MacroForm(Enum.Parse<CannedScope>(_for), Team: null, _name, _folder, steps);
    }
}
