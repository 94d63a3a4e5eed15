using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>Asks which macro, runs it and says what became of it. Stays with the page, so that an undo finds it.</summary>
public sealed partial class MacroRunDialog(
    MacroRunActions runs,
    WatcherRows watchers,
    MacroWords words,
    CurrentMember member,
    IStringLocalizer<MacroText> texts
)
{
    private IReadOnlyList<ConversationRow> _rows = [];
    private MacroId? _sought;
    private (MacroRun Run, MacroOutcome At, MacroNames Names)? _asking;
    private string _question = "";

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>Asks of an answer whether it meets a colleague's; null: the macro answers nobody here.</summary>
    [Parameter]
    public Func<AnswerGuard>? Guard { get; set; }

    /// <summary>It was run to its end.</summary>
    [Parameter]
    public EventCallback<MacroOutcome> OnDone { get; set; }

    private IStringLocalizer<MacroText> L => texts;

    /// <summary>Asks which one is to be run on these.</summary>
    public void Open(IReadOnlyList<ConversationRow> rows, MacroId? sought = null)
    {
        (_rows, _sought) = (rows, sought);
        StateHasChanged();
    }

    private void Close() => _rows = [];

    private Task ChosenAsync((MacroRow Macro, MacroNames Names) chosen)
    {
        var (rows, macro) = (_rows, chosen.Macro);
        Close();
        // A second click finds nothing left to run it on.
        return rows.Count == 0
            ? Task.CompletedTask
            : DoAsync(new MacroRun(Guid.NewGuid(), macro.Id, macro.Version, [.. rows.Select(r => r.Id)], Guard?.Invoke()), chosen.Names);
    }

    private async Task DoAsync(MacroRun run, MacroNames names)
    {
        MacroOutcome? outcome = null;
        if (!await RunAsync(async () => outcome = await runs.RunAsync(run, Gone)) || outcome is not { On: > 0 })
        {
            return;
        }

        if (outcome.Asks is { } collision)
        {
            _question = L["asks.text", await watchers.NameAsync(member.TenantId, collision.By, Gone), outcome.Name];
            _asking = (run, outcome, names);
            return;
        }

        Say(outcome, names);
        await OnDone.InvokeAsync(outcome);
    }

    private Task GoOnAsync()
    {
        var asking = _asking;
        _asking = null;
        return asking is ({ } run, { } at, { } names) ? DoAsync(run with { ResumesAt = at.StoppedAt }, names) : Task.CompletedTask;
    }

    private async Task GiveUpAsync()
    {
        var asking = _asking;
        _asking = null;
        if (asking is ({ } run, { } at, { } names) && await RunAsync(() => runs.GiveUpAsync(run, at, Gone)))
        {
            Toasts.Show(Stopped(at, names, L["asks.stopped"]), Tone.Info);
        }
    }

    private void Say(MacroOutcome outcome, MacroNames names)
    {
        if (outcome is { StoppedAt: not null, Why: { } why })
        {
            Toasts.Show(
                outcome.On == 1
                    ? Stopped(outcome, names, TextOf(why))
                    : L["stopped-many", outcome.Name, outcome.Through, outcome.On, outcome.StoppedAt.Value + 1, TextOf(why)],
                outcome.On == 1 ? Tone.Critical : Tone.Warn
            );
            return;
        }

        var said = outcome.On == 1 ? L["done", outcome.Name] : L["done-many", outcome.Name, outcome.On];
        if (outcome.Undo.Count == 0)
        {
            Toasts.Show(said);
        }
        else
        {
            OfferUndo(said, () => UndoAsync(outcome));
        }
    }

    private async Task UndoAsync(MacroOutcome outcome)
    {
        var left = await runs.UndoAsync(outcome.Undo, Gone);
        if (left is not null)
        {
            Toasts.Show(L["undo-left", left], Tone.Warn);
        }
        else if (outcome.Said)
        {
            Toasts.Show(L["undo-said"], Tone.Info);
        }
    }

    private string Stopped(MacroOutcome outcome, MacroNames names, string why)
    {
        var at = outcome.StoppedAt!.Value;
        var done = string.Join(", ", outcome.Steps.Take(at).Select(s => words.TitleOf(s, names)));
        return L[
            at == 0 ? "stopped-first" : "stopped",
            outcome.Name,
            at + 1,
            outcome.Steps.Count,
            words.TitleOf(outcome.Steps[at], names),
            why,
            done
        ];
    }
}
