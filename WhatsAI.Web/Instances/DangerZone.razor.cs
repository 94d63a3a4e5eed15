using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>What interrupts or ends a number's work; the last two ask first and name it.</summary>
public sealed partial class DangerZone(
    InstanceActions actions,
    InstanceDeletion deletion,
    NavigationManager navigation,
    IStringLocalizer<InstancesText> texts
)
{
    private Question? _asked;
    private bool _busy;

    private enum Question
    {
        LogOut,
        Delete,
    }

    [Parameter, EditorRequired]
    public NumberView View { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    private Task RestartAsync() => DoAsync(() => actions.RestartAsync(View.Row.Id, Gone), L["danger.restarted"]);

    private Task LogOutAsync() => DoAsync(() => actions.LogOutAsync(View.Row.Id, Gone), L["danger.logged-out"]);

    private async Task DeleteAsync()
    {
        GatewayFailure? failure = null;
        _busy = true;
        var deleted = await RunAsync(async () => failure = await deletion.DeleteAsync(View.Row.Id, Gone));
        (_busy, _asked) = (false, null);
        if (!deleted)
        {
            return;
        }

        if (failure is null)
        {
            Toasts.Show(L["danger.deleted", View.Row.Name]);
        }
        else
        {
            Toasts.Show(L["danger.deleted-here", View.Row.Name, View.Row.Id], Tone.Warn);
        }

        navigation.NavigateTo(Shell.Path("numbers"));
    }

    private async Task DoAsync(Func<Task> act, string said)
    {
        (_busy, _asked) = (true, null);
        if (await RunAsync(act))
        {
            Toasts.Show(said);
        }

        _busy = false;
    }
}
