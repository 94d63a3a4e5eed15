using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox.Macros;

/// <summary>What the command palette asks of the open conversation, in one circuit.</summary>
public sealed class MacroRequests
{
    /// <summary>To look at this macro before it is run here.</summary>
    public event Action<ConversationId, MacroId>? Asked;

    public void Ask(ConversationId conversation, MacroId macro) => Asked?.Invoke(conversation, macro);
}
