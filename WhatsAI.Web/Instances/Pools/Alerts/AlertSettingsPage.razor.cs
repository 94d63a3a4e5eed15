using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>Who outside the console is told of alerts, and the key by which programs ask for the company's state.</summary>
public sealed partial class AlertSettingsPage(AlertChannelQueries queries, AlertChannelActions actions, IStringLocalizer<AlertsText> texts)
{
    private IReadOnlyList<AlertChannelRow>? _channels;
    private AlertChannelRow? _edited;
    private AlertChannelRow? _removing;
    private AlertChannelId? _testing;
    private bool _editing;
    private int _dialog;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<AlertsText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is AlertsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var channels = await queries.ListAsync(ct);
        return () => _channels = channels;
    }

    private void Edit(AlertChannelRow? channel)
    {
        _dialog++;
        (_edited, _editing) = (channel, true);
    }

    private async Task SavedAsync(string name)
    {
        _editing = false;
        Toasts.Show(L["channel.saved", name]);
        await ReloadAsync();
    }

    private async Task TestAsync(AlertChannelRow channel)
    {
        _testing = channel.Id;
        await RunAsync(async () =>
        {
            var outcome = await actions.TestAsync(channel.Id, Gone);
            var words = L[ReasonKey.Of("delivery", outcome)];
            Toasts.Show($"{channel.Name}: {words}", outcome == DeliveryOutcome.Delivered ? Tone.Ok : Tone.Critical);
        });
        _testing = null;
        await ReloadAsync();
    }

    private async Task EnableAsync(AlertChannelRow channel)
    {
        await RunAsync(() => actions.EnableAsync(channel.Id, !channel.IsEnabled, Gone));
        await ReloadAsync();
    }

    private async Task RemoveAsync()
    {
        if (_removing is not { } channel)
        {
            return;
        }

        _removing = null;
        if (await RunAsync(() => actions.RemoveAsync(channel.Id, Gone)))
        {
            Toasts.Show(L["channel.removed", channel.Name]);
        }

        await ReloadAsync();
    }
}
