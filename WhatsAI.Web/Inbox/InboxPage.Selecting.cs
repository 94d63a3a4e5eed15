using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Selection;

namespace WhatsAI.Web.Inbox;

/// <summary>What the person does with several conversations at once.</summary>
public sealed partial class InboxPage
{
    // As they were when the dialog was opened: what leaves the list meanwhile is still meant.
    private IReadOnlyList<ConversationRow> _assigning = [];
    private IReadOnlyList<ConversationRow> _labelling = [];

    [Inject]
    private SelectionActions Selecting { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SelectionText> SelectionTexts { get; set; } = null!;

    private IReadOnlyList<ConversationRow> Picked => _list.Picked.Of(_list.Rows);

    /// <summary>One row more or less, or with <paramref name="range"/> all from the last one, or from that one.</summary>
    internal void Pick(string id, bool range, string? from)
    {
        if (!Id.TryParse<ConversationId>(id, out var picked) || _list.Rows.All(r => r.Id != picked))
        {
            return;
        }

        if (range)
        {
            _list.Picked.Extend(_list.Rows, Id.TryParse<ConversationId>(from, out var begin) ? begin : Selected, picked);
        }
        else
        {
            _list.Picked.Toggle(picked);
        }

        DrawList();
    }

    private void PickAll()
    {
        _list.Picked.All(_list.Rows);
        DrawList();
    }

    private void PickNone()
    {
        _list.Picked.Clear();
        DrawList();
    }

    private async Task SetStatusAsync(ConversationStatus status)
    {
        await DoAsync(
            status switch
            {
                ConversationStatus.Resolved => "done.resolved",
                ConversationStatus.Pending => "done.pending",
                _ => "done.open",
            },
            ids => Selecting.SetStatusAsync(ids, status, Gone)
        );
        // What is done with is no longer meant.
        PickNone();
    }

    private Task SetPriorityAsync(ConversationPriority priority) =>
        DoAsync("done.priority", ids => Selecting.SetPriorityAsync(ids, priority, Gone), L[Labels.Priorities.Key(priority)]);

    private Task MarkReadAsync() => DoAsync("done.read", ids => Selecting.MarkReadAsync(ids, Gone));

    private async Task AssignAsync(AssignChoice choice)
    {
        var (ids, note) = (Ids(_assigning), choice.Note);
        var done = await (
            choice switch
            {
                { Team: { } team } => SayAsync("done.team", () => Selecting.TransferAsync(ids, team, note, Gone), choice.Name),
                { LeavesTeam: true } => SayAsync("done.no-team", () => Selecting.TransferAsync(ids, to: null, note, Gone)),
                { Assignee: { } user } => SayAsync("done.assigned", () => Selecting.AssignAsync(ids, user, note, Gone), choice.Name),
                _ => SayAsync("done.unassigned", () => Selecting.AssignAsync(ids, to: null, note, Gone)),
            }
        );
        // What was written is not thrown away with the dialog.
        if (done || note is null)
        {
            _assigning = [];
        }
    }

    private void Labelled((InboxLabel Label, bool On, SelectionResult Result) done) =>
        Say(done.On ? "done.labelled" : "done.unlabelled", done.Result, done.Label.Name);

    private Task DoAsync(string done, Func<ConversationId[], Task<SelectionResult>> act, string? name = null)
    {
        var ids = Ids(Picked);
        return ids.Length == 0 ? Task.CompletedTask : SayAsync(done, () => act(ids), name);
    }

    private Task<bool> SayAsync(string done, Func<Task<SelectionResult>> act, string? name = null) =>
        RunAsync(async () => Say(done, await act(), name));

    private void Say(string done, SelectionResult result, string? name)
    {
        var said = SelectionTexts.Of(done, result, name);
        if (result.Undo is { } undo)
        {
            OfferUndo(said, () => TakeBackAsync(undo));
        }
        else
        {
            Toasts.Show(said, result.Done > 0 ? Tone.Ok : Tone.Info);
        }
    }

    private async Task TakeBackAsync(SelectionUndo undo)
    {
        if (SelectionTexts.OfUndo(await Selecting.UndoAsync(undo, Gone)) is { } left)
        {
            Toasts.Show(left, Tone.Warn);
        }
    }

    private static ConversationId[] Ids(IEnumerable<ConversationRow> rows) => [.. rows.Select(r => r.Id)];
}
