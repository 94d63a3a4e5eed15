using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <summary>A step that is to be done.</summary>
/// <param name="At">Its place, from zero.</param>
/// <param name="On">Conversations that the run still goes through.</param>
/// <param name="Values">Of the only one; null: there are several.</param>
/// <param name="Guard">Asks whether an answer meets a colleague's; null: it goes out.</param>
internal sealed record MacroTask(
    Guid Run,
    int At,
    MacroStep Step,
    IReadOnlyList<ConversationId> On,
    CannedValues? Values,
    AnswerGuard? Guard
);

/// <param name="LeftOut">With these it could not be done.</param>
/// <param name="Why">Why not.</param>
internal sealed record MacroStepResult(IReadOnlyList<ConversationId> LeftOut, RuleException? Why = null, SelectionUndo? Undo = null)
{
    /// <summary>Nothing was done: its person is to decide.</summary>
    public Collision? Asks { get; init; }
}

/// <summary>Does a macro's steps through the actions that a person takes, which ask for themselves what the member may.</summary>
public sealed class MacroSteps(
    ReplyActions replies,
    SelectionActions selection,
    TenantSettingsCache settings,
    CurrentMember member,
    TimeProvider time
)
{
    /// <exception cref="RuleException">It could be done with none of them.</exception>
    internal async Task<MacroStepResult> DoAsync(MacroTask task, CancellationToken ct) =>
        task.Step switch
        {
            SendStep send => await SendAsync(task, send, ct),
            NoteStep note => Of(task, await selection.NoteAsync(task.On, new TransferNote(KeyOf(task, default), note.Text), ct)),
            LabelStep label => Of(task, await selection.LabelAsync(task.On, label.Label, label.On, ct)),
            TakeStep => Of(task, await selection.AssignAsync(task.On, member.UserId, ct)),
            MemberStep to => Of(task, await selection.AssignAsync(task.On, to.Member, ct)),
            TeamStep team => Of(task, await selection.TransferAsync(task.On, team.Team, ct)),
            PriorityStep priority => Of(task, await selection.SetPriorityAsync(task.On, priority.Priority, ct)),
            StatusStep status => Of(task, await selection.SetStatusAsync(task.On, status.Status, ct)),
            SnoozeStep snooze => Of(task, await selection.SnoozeAsync(task.On, await UntilAsync(snooze.Until, ct), ct)),
            _ => throw new RuleException("macro.step-unknown"),
        };

    private async Task<MacroStepResult> SendAsync(MacroTask task, SendStep send, CancellationToken ct)
    {
        if (task is not { On: [var conversation], Values: { } values })
        {
            throw new RuleException(MacroPlan.KeyOf(MacroProblem.OneOnly), task.At + 1);
        }

        var text = CannedTemplate.Parse(send.Text).Fill(values, _ => "").Text;
        var answer = await replies.AnswerTextAsync(conversation, KeyOf(task, conversation), text, replyTo: null, task.Guard, ct);
        return new MacroStepResult([]) { Asks = (answer as QueueAnswer.Collided)?.Why };
    }

    private async Task<DateTimeOffset?> UntilAsync(MacroSnooze until, CancellationToken ct)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await settings.OfAsync(member.TenantId, ct)).TimeZone);
        var now = time.GetUtcNow();
        return until switch
        {
            MacroSnooze.ThreeHours => LaterTimes.InAWhile(now),
            MacroSnooze.Tomorrow => LaterTimes.Tomorrow(now, zone),
            MacroSnooze.Monday => LaterTimes.Monday(now, zone),
            _ => null,
        };
    }

    private static Guid KeyOf(MacroTask task, ConversationId conversation) => DerivedKey.Of(task.Run, conversation.Value, task.At + 1);

    // Of one that is not there or may not be given to him, a run of one ends with the reason.
    private static MacroStepResult Of(MacroTask task, SelectionResult result)
    {
        var why =
            result.LeftOut.Count == 0 ? null : new RuleException(result.Refused > 0 ? "assignment.does-not-see" : "conversation.not-found");
        return task.On.Count == 1 && why is not null ? throw why : new MacroStepResult(result.LeftOut, why, result.Undo);
    }
}
