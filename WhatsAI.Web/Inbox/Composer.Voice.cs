using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Web.Inbox.Voice;

namespace WhatsAI.Web.Inbox;

/// <summary>What is recorded is the browser's, and goes out without the circuit; here it is only heard of.</summary>
public sealed partial class Composer
{
    [Inject]
    private IStringLocalizer<VoiceText> VoiceTexts { get; set; } = null!;

    internal Task VoiceSentAsync(MessageId? replyTo)
    {
        Watch.Answered();
        return DoneAsync(Conversation, replyTo);
    }
}
