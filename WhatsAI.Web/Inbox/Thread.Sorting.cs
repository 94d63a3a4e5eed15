using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Selection;

namespace WhatsAI.Web.Inbox;

/// <summary>What an agent decides of the conversation: done, how urgent, with which labels; each can be taken back.</summary>
public sealed partial class Thread
{
    private bool _labelling;

    [Inject]
    private SelectionActions Sorting { get; set; } = null!;

    [Inject]
    private IStringLocalizer<SelectionText> SortingTexts { get; set; } = null!;

    private Task SetStatusAsync(ConversationStatus status) =>
        SortAsync(
            status switch
            {
                ConversationStatus.Resolved => "done.resolved",
                ConversationStatus.Pending => "done.pending",
                _ => "done.open",
            },
            () => Sorting.SetStatusAsync([ConversationId], status, Gone)
        );

    private Task SetPriorityAsync(ConversationPriority priority) =>
        SortAsync(
            "done.priority",
            () => Sorting.SetPriorityAsync([ConversationId], priority, Gone),
            L[WhatsAI.Web.Inbox.Labels.Priorities.Key(priority)]
        );

    private void Labelled((InboxLabel Label, bool On, SelectionResult Result) done) =>
        Say(done.On ? "done.labelled" : "done.unlabelled", done.Result, done.Label.Name);

    private Task SortAsync(string done, Func<Task<SelectionResult>> act, string? name = null) =>
        RunAsync(async () => Say(done, await act(), name));

    private void Say(string done, SelectionResult result, string? name)
    {
        if (result.Missing > 0)
        {
            Toasts.Show(Rules["conversation.not-found"], Tone.Critical);
        }
        else if (result.Undo is { } undo)
        {
            // By the time it is read another conversation may be open.
            var said = SortingTexts.Of(done, result, name);
            OfferUndo(_context is { } context ? SortingTexts["done.of", context.Title, said] : said, () => TakeBackAsync(undo));
        }
    }

    private async Task TakeBackAsync(SelectionUndo undo)
    {
        if (SortingTexts.OfUndo(await Sorting.UndoAsync(undo, Gone)) is { } left)
        {
            Toasts.Show(left, Tone.Warn);
        }
    }
}
