using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Selection;

/// <summary>
/// What a member does with the conversations he selected, one or many: some at a time in a transaction of their own, their heads locked in the order that
/// everybody keeps. What is not there or not his to see is counted and left alone.
/// </summary>
public sealed partial class SelectionActions(
    NpgsqlDataSource database,
    CurrentMember member,
    TenantSettingsCache settings,
    IHeadClocks clocks,
    EventHub hub,
    WorkSignal work,
    TimeProvider time,
    IEnumerable<IConversationStep> steps
)
{
    /// <summary>Conversations in one action.</summary>
    public const int Most = 200;

    /// <summary>Resolves, reopens or sets aside.</summary>
    /// <exception cref="RuleException">The member may not, or there are more than <see cref="Most"/>.</exception>
    public Task<SelectionResult> SetStatusAsync(
        IReadOnlyCollection<ConversationId> ids,
        ConversationStatus status,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsResolve);
        return RunAsync(
            ids,
            (run, _) =>
            {
                foreach (var head in run.Heads.Where(h => h.Status != status))
                {
                    ConversationActions.Move(run.Changes, head, status);
                }

                return Task.CompletedTask;
            },
            ct
        );
    }

    /// <inheritdoc cref="SetStatusAsync"/>
    public Task<SelectionResult> SetPriorityAsync(
        IReadOnlyCollection<ConversationId> ids,
        ConversationPriority priority,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsLabel);
        return RunAsync(
            ids,
            (run, _) =>
            {
                foreach (var head in run.Heads.Where(h => h.Priority != priority))
                {
                    run.Changes.Add(head, head with { Priority = priority });
                    run.Changes.Say(head, PriorityLine(priority));
                }

                return Task.CompletedTask;
            },
            ct
        );
    }

    /// <summary>Puts a label on, or takes it off.</summary>
    /// <exception cref="RuleException">The member may not, there are more than <see cref="Most"/>, or the label is gone.</exception>
    public async Task<SelectionResult> LabelAsync(
        IReadOnlyCollection<ConversationId> ids,
        LabelId label,
        bool on,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsLabel);
        var changed = new List<HandlingChange>();
        var result = await RunAsync(
            ids,
            async (run, token) =>
            {
                var name = await LabelSql.NameAsync(run.Connection, member.TenantId, label, token);
                var moved = await LabelSql.PutAsync(run.Connection, member.TenantId, label, run.Heads, on, token);
                foreach (var head in run.Heads.Where(h => moved.Contains(h.ConversationId)))
                {
                    run.Changes.Show(head.ConversationId);
                    run.Changes.Say(head, on ? "line.labelled" : "line.unlabelled", name);
                    changed.Add(new HandlingChange(head.ConversationId, Handling.Of(head), Handling.Of(head)));
                }
            },
            ct
        );
        return result with { Undo = changed.Count == 0 ? null : new SelectionUndo(changed, label, on) };
    }

    /// <summary>To a member, or back to nobody; the team stays.</summary>
    /// <param name="ids">Which.</param>
    /// <param name="to">Null: nobody.</param>
    /// <param name="note">What their next reader should know, written into each; null: nothing.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, there are more than <see cref="Most"/>, the other one is no member, or the text is no note.</exception>
    public Task<SelectionResult> AssignAsync(
        IReadOnlyCollection<ConversationId> ids,
        UserId? to,
        TransferNote? note,
        CancellationToken ct = default
    ) => GiveAsync(ids, head => head with { AssigneeId = to }, note, ct);

    /// <summary>To a team: nobody's in it yet, and given out by the team's own mode.</summary>
    /// <inheritdoc cref="AssignAsync(IReadOnlyCollection{ConversationId}, UserId?, TransferNote?, CancellationToken)"/>
    public Task<SelectionResult> TransferAsync(
        IReadOnlyCollection<ConversationId> ids,
        TeamId? to,
        TransferNote? note,
        CancellationToken ct = default
    ) =>
        GiveAsync(
            ids,
            head => head.TeamId == to ? head : head with { TeamId = to, AssigneeId = to is null ? head.AssigneeId : null },
            note,
            ct
        );

    /// <summary>Without a note.</summary>
    /// <inheritdoc cref="AssignAsync(IReadOnlyCollection{ConversationId}, UserId?, TransferNote?, CancellationToken)"/>
    public Task<SelectionResult> AssignAsync(IReadOnlyCollection<ConversationId> ids, UserId? to, CancellationToken ct = default) =>
        AssignAsync(ids, to, note: null, ct);

    /// <inheritdoc cref="AssignAsync(IReadOnlyCollection{ConversationId}, UserId?, CancellationToken)"/>
    public Task<SelectionResult> TransferAsync(IReadOnlyCollection<ConversationId> ids, TeamId? to, CancellationToken ct = default) =>
        TransferAsync(ids, to, note: null, ct);

    /// <summary>Out of the way until a time, or until the customer writes again.</summary>
    /// <exception cref="RuleException">The member may not, there are more than <see cref="Most"/>, or the time is over or too far away.</exception>
    public Task<SelectionResult> SnoozeAsync(IReadOnlyCollection<ConversationId> ids, DateTimeOffset? until, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsResolve);
        if (until is { } at)
        {
            LaterLimit.Check(at, time.GetUtcNow());
        }

        return RunAsync(
            ids,
            (run, _) =>
            {
                foreach (var head in run.Heads)
                {
                    ConversationActions.Snooze(run.Changes, head, until);
                }

                return Task.CompletedTask;
            },
            ct
        );
    }

    /// <summary>The same private note into each. It moves nothing, so there is nothing to take back.</summary>
    /// <exception cref="RuleException">The member may not, there are more than <see cref="Most"/>, or the text is no note.</exception>
    public Task<SelectionResult> NoteAsync(IReadOnlyCollection<ConversationId> ids, TransferNote note, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        return RunAsync(
            ids,
            async (run, token) =>
            {
                var agents = await AgentSql.ReadAsync(run.Connection, member.TenantId, token);
                var heads = run.Heads.Select(h => new Given(h, h)).ToList();
                var written = await SelectionNotes.WriteAsync(run, member, heads, note, agents, time.GetUtcNow(), token);
                foreach (var one in written.Where(w => w.Message is not null))
                {
                    run.Changes.Show(one.After.ConversationId);
                }
            },
            ct
        );
    }

    /// <summary>Unread for nobody any more; the customers' blue ticks go out where the company sends them, so there is no way back.</summary>
    /// <inheritdoc cref="SetStatusAsync"/>
    public async Task<SelectionResult> MarkReadAsync(IReadOnlyCollection<ConversationId> ids, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var sendsReceipts = (await settings.OfAsync(member.TenantId, ct)).SendsReadReceipts;
        var result = await RunAsync(
            ids,
            (run, _) =>
            {
                var unread = run.Heads.Where(h => h.Unread > 0).ToList();
                unread.ForEach(head => run.Changes.Add(head, head.Seen()));
                if (sendsReceipts && unread.Count > 0)
                {
                    run.Last = token => ConversationActions.OweReceiptsAsync(run.Connection, unread, token);
                    run.Due.Add(WorkKind.Receipts);
                }

                return Task.CompletedTask;
            },
            ct
        );
        return result with { Undo = null };
    }

    /// <summary>Takes a change back, as far as nobody changed it further meanwhile; what was changed further counts as the same.</summary>
    /// <exception cref="RuleException">The member may not do what it takes.</exception>
    public async Task<SelectionResult> UndoAsync(SelectionUndo undo, CancellationToken ct = default)
    {
        var result = undo.Label is { } label
            ? await LabelAsync([.. undo.Changes.Select(c => c.Id)], label, !undo.PutOn, ct)
            : await TakeBackAsync(undo.Changes.DistinctBy(c => c.Id).ToDictionary(c => c.Id), ct);
        return result with { Undo = null };
    }

    private static string PriorityLine(ConversationPriority priority) =>
        priority switch
        {
            ConversationPriority.Low => "line.priority-low",
            ConversationPriority.High => "line.priority-high",
            ConversationPriority.Urgent => "line.priority-urgent",
            _ => "line.priority-normal",
        };
}
