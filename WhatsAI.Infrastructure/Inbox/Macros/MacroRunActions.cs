using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <summary>
/// Runs macros. All that can be known beforehand is asked first, so that nothing is done of what cannot be done whole; then each step goes through the action
/// that a person would have taken, in a transaction of its own. One that fails ends the run where it failed.
/// </summary>
public sealed class MacroRunActions(
    MacroQueries macros,
    ConversationQueries conversations,
    MacroLines lines,
    MacroSteps steps,
    SelectionActions selection,
    CurrentMember member
)
{
    /// <exception cref="RuleException">
    /// Nothing was done: the member may not do one of its steps, it names what is gone, it is another one by now, or the conversation is not there.
    /// </exception>
    public async Task<MacroOutcome> RunAsync(MacroRun run, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var asked = run.On.Distinct().ToArray();
        if (asked.Length > SelectionActions.Most)
        {
            throw new RuleException("selection.too-many", SelectionActions.Most);
        }

        var macro = await macros.FindAsync(run.Macro, ct) ?? throw new RuleException("macro.gone");
        if (macro.Version != run.Version)
        {
            throw new RuleException("macro.changed-meanwhile");
        }

        var values = asked is [var only] ? await ValuesAsync(only, macro, ct) : null;
        MacroPlan.Demand(macro.Steps, await macros.NamesAsync(ct), member.Allows, values);
        // The line is the mark that this run has begun.
        var on = run.ResumesAt is null ? await lines.BeginAsync(run.Id, macro.Name, asked, ct) : asked;
        return await GoAsync(run, macro, on, values, ct);
    }

    /// <summary>Says in the thread that a run which met a colleague's answer ended there.</summary>
    /// <exception cref="RuleException">The member may not, or the conversation is not there.</exception>
    public async Task GiveUpAsync(MacroRun run, MacroOutcome at, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        if (await lines.StopAsync(run.Id, at.Name, at.StoppedAt ?? 0, run.On, ct) == 0)
        {
            throw new RuleException("conversation.not-found");
        }
    }

    /// <summary>Takes back what can be, the last step first. Null where nothing of it was changed further meanwhile; else how many of the changes stay.</summary>
    public async Task<int?> UndoAsync(IReadOnlyList<SelectionUndo> undo, CancellationToken ct = default)
    {
        var left = 0;
        foreach (var step in undo.Reverse())
        {
            var result = await selection.UndoAsync(step, ct);
            left += result.Same + result.Missing;
        }

        return left == 0 ? null : left;
    }

    private async Task<MacroOutcome> GoAsync(
        MacroRun run,
        MacroRow macro,
        IReadOnlyList<ConversationId> on,
        CannedValues? values,
        CancellationToken ct
    )
    {
        var (going, undo, said) = (on, new List<SelectionUndo>(), false);
        var outcome = new MacroOutcome(macro.Name, macro.Steps, on.Count, on.Count, undo);
        var guard = run.ResumesAt is null ? run.Guard : null;
        foreach (var (at, step) in macro.Steps.Index().Skip(run.ResumesAt ?? 0))
        {
            if (going.Count == 0)
            {
                break;
            }

            MacroStepResult done;
            try
            {
                done = await steps.DoAsync(new MacroTask(run.Id, at, step, going, values, guard), ct);
            }
            catch (RuleException broken)
            {
                await lines.StopAsync(run.Id, macro.Name, at, going, ct);
                return outcome with { Through = 0, StoppedAt = at, Why = broken, Said = said };
            }

            if (done.Asks is { } collision)
            {
                return outcome with { Through = 0, StoppedAt = at, Asks = collision, Said = said };
            }

            if (done.Undo is not null)
            {
                undo.Add(done.Undo);
            }

            if (done.LeftOut.Count > 0)
            {
                await lines.StopAsync(run.Id, macro.Name, at, done.LeftOut, ct);
                going = [.. going.Except(done.LeftOut)];
                outcome = outcome with { Through = going.Count, StoppedAt = outcome.StoppedAt ?? at, Why = outcome.Why ?? done.Why };
            }

            said |= !step.IsUndoable;
            // After its own first answer, what was answered last is no colleague's.
            guard = step is SendStep ? null : guard;
        }

        return outcome with
        {
            Said = said,
        };
    }

    private async Task<CannedValues> ValuesAsync(ConversationId id, MacroRow macro, CancellationToken ct)
    {
        var row = (await conversations.FindAsync(id, ct))?.Row ?? throw new RuleException("conversation.not-found");
        var company = macro.Steps.Any(s => s is SendStep) ? await macros.CompanyAsync(ct) : "";
        return new CannedValues(row.Name, member.DisplayName, row.InstanceName, company);
    }
}
