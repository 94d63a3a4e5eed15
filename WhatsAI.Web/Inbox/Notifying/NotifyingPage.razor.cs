using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>Where a member chooses of what he is notified.</summary>
public sealed partial class NotifyingPage(NotifyingActions actions, IStringLocalizer<NotifyingText> texts)
{
    // As one thinks of them.
    private static readonly NotifyingRules[] _rules =
    [
        NotifyingRules.Mine,
        NotifyingRules.Mentioned,
        NotifyingRules.Assigned,
        NotifyingRules.Unassigned,
    ];

    private NotifyingChoice? _form;
    private string? _problem;
    private bool _saving;
    private bool _away;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<NotifyingText> L => texts;

    protected override Task OnInitializedAsync() => ReloadAsync();

    private async Task ReloadAsync() =>
        _away = !await RunAsync(async () => _form = new NotifyingChoice(await actions.ReadAsync(Gone), Shell.TimeZone.Id), away: () => { });

    private async Task SaveAsync()
    {
        (_saving, _problem) = (true, null);
        await RunAsync(async () =>
        {
            try
            {
                await actions.SaveAsync(_form!.ToForm(), Gone);
                Toasts.Show(L["saved"]);
            }
            catch (RuleException broken) when (broken.Key == "quiet.invalid")
            {
                _problem = TextOf(broken);
            }
        });
        _saving = false;
    }
}
