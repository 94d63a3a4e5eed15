using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Web.Inbox.Macros;

namespace WhatsAI.Web.Inbox;

/// <summary>A macro on several conversations at once.</summary>
public sealed partial class InboxPage
{
    private MacroRunDialog? _macros;

    [Inject]
    private IStringLocalizer<MacroText> MacroTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<Voice.VoiceText> VoiceTexts { get; set; } = null!;

    private void AskMacro() => _macros?.Open(Picked);

    private void Ran(MacroOutcome outcome)
    {
        // What is done with is no longer meant.
        if (outcome.Steps.Any(s => s.Ends))
        {
            PickNone();
        }
    }
}
