using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>The key by which programs ask for the company's state: made, replaced, taken back; shown once.</summary>
public sealed partial class StatusKeyCard(StatusKeyQueries queries, StatusKeyActions actions, IStringLocalizer<AlertsText> texts)
{
    private StatusKeyRow? _row;
    private string? _key;
    private bool? _asking;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<AlertsText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is AlertsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var row = await queries.FindAsync(ct);
        return () => _row = row;
    }

    // The first one takes nothing from anybody.
    private async Task AskAsync(bool create)
    {
        if (create && _row is null)
        {
            await CreateAsync();
            return;
        }

        _asking = create;
    }

    private async Task DoAsync()
    {
        var create = _asking == true;
        _asking = null;
        if (create)
        {
            await CreateAsync();
        }
        else
        {
            await RunAsync(() => actions.RevokeAsync(Gone));
            await ReloadAsync();
        }
    }

    private async Task CreateAsync()
    {
        await RunAsync(async () => _key = await actions.CreateAsync(Gone));
        await ReloadAsync();
    }
}
