using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Web.Inbox.Macros;

namespace WhatsAI.Web.Inbox;

/// <summary>Macros, asked for here or by the command palette.</summary>
public sealed partial class Thread
{
    private MacroRunDialog? _macros;

    [Inject]
    private MacroRequests Requests { get; set; } = null!;

    private void AskMacro(MacroId? sought = null)
    {
        if (_view is { } view)
        {
            _macros?.Open([view.Row], sought);
        }
    }

    private void AskMacro(ConversationId conversation, MacroId macro)
    {
        if (conversation == ConversationId && _context is { MayReply: true })
        {
            _ = InvokeAsync(() => AskMacro(macro));
        }
    }

    private void Ran(MacroOutcome outcome)
    {
        if (outcome.Said)
        {
            _watch.Answered();
        }
    }
}
