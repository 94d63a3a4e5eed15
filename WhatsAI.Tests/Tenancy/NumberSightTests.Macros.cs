using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Macros, what they do with a selection, and voice messages.</summary>
public sealed partial class NumberSightTests
{
    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfMacros() =>
        new(StringComparer.Ordinal)
        {
            ["MacroRunActions.GiveUpAsync"] = Do<MacroRunActions>(
                (a, w) =>
                    a.GiveUpAsync(
                        new MacroRun(Guid.NewGuid(), default, 0, [w.Conversation]),
                        new MacroOutcome("Encerrar", [], 1, 0, []) { StoppedAt = 0 }
                    )
            ),
            ["MacroRunActions.RunAsync"] = async (services, w) =>
            {
                var form = new MacroForm(CannedScope.Tenant, null, "Encerrar", null, [new PriorityStep(ConversationPriority.Urgent)]);
                var id = await services.GetRequiredService<MacroActions>().CreateAsync(form);
                var macro = (await services.GetRequiredService<MacroQueries>().FindAsync(id))!;
                return await services
                    .GetRequiredService<MacroRunActions>()
                    .RunAsync(new MacroRun(Guid.NewGuid(), id, macro.Version, [w.Conversation]));
            },
            ["MacroRunActions.UndoAsync"] = async (services, w) =>
            {
                var now = new Handling(ConversationStatus.Open, null, null, null, ConversationPriority.Normal, null, null);
                var change = new HandlingChange(w.Conversation, now with { Priority = ConversationPriority.High }, now);
                var undo = new SelectionUndo([change], null, PutOn: false);
                return await services.GetRequiredService<MacroRunActions>().UndoAsync([undo]) is null ? "done" : null;
            },
            ["ReplyActions.AnswerVoiceAsync"] = Do<ReplyActions>(
                (a, w) =>
                    a.AnswerVoiceAsync(
                        w.Conversation,
                        Guid.NewGuid(),
                        new Upload(w.File, MessageKind.Audio, new MediaReference("audio/ogg", 3)),
                        VoiceNote.Of(3, loudness: null),
                        null,
                        new AnswerGuard(null, TimeSpan.Zero)
                    )
            ),
            ["SelectionActions.NoteAsync"] = Select((a, w) => a.NoteAsync([w.Conversation], new TransferNote(Guid.NewGuid(), "oi"))),
            ["SelectionActions.SnoozeAsync"] = Select((a, w) => a.SnoozeAsync([w.Conversation], until: null)),
        };
}
