using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>What is done to the number from its page.</summary>
public sealed partial class NumberPage
{
    private Task SaveAsync((string Name, InstanceSettings Settings) typed) =>
        DoAsync(
            async () =>
            {
                var view = _view!;
                if (typed.Name != view.Row.Name)
                {
                    await actions.RenameAsync(view.Row.Id, typed.Name, Gone);
                }

                if (typed.Settings != view.Settings)
                {
                    await actions.ConfigureAsync(view.Row.Id, typed.Settings, Gone);
                }
            },
            L["settings.saved"]
        );

    private Task RestartAsync() => DoAsync(() => actions.RestartAsync(_number!.Value, Gone), L["danger.restarted"]);

    private Task LogOutAsync() => DoAsync(() => actions.LogOutAsync(_number!.Value, Gone), L["danger.logged-out"]);

    private async Task DeleteAsync()
    {
        var row = _view!.Row;
        GatewayFailure? failure = null;
        _busy = true;
        var deleted = await RunAsync(async () => failure = await deletion.DeleteAsync(row.Id, Gone));
        _busy = false;
        if (!deleted)
        {
            return;
        }

        if (failure is null)
        {
            Toasts.Show(L["danger.deleted", row.Name]);
        }
        else
        {
            Toasts.Show(L["danger.deleted-here", row.Name, row.Id], Tone.Warn);
        }

        navigation.NavigateTo(Shell.Path("numbers"));
    }
}
