using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>The gateway servers of a tenant: its own to change, the operator's to see.</summary>
public sealed partial class GatewaysPage(GatewayServerQueries queries, GatewayServerActions actions, IStringLocalizer<InstancesText> texts)
{
    private readonly Dictionary<GatewayServerId, GatewayTest> _tests = [];
    private IReadOnlyList<GatewayServerRow>? _servers;
    private GatewayServerRow? _edited;
    private GatewayServerRow? _removing;
    private GatewayServerId? _testing;
    private bool _editing;
    private int _dialog;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var servers = await queries.ListAsync(ct);
        return () => _servers = servers;
    }

    private void Edit(GatewayServerRow? server)
    {
        _dialog++;
        (_edited, _editing) = (server, true);
    }

    private async Task SavedAsync()
    {
        _editing = false;
        _tests.Clear();
        Toasts.Show(L["gateways.saved"]);
        await ReloadAsync();
    }

    private async Task TestAsync(GatewayServerRow server)
    {
        _testing = server.Id;
        await RunAsync(async () => _tests[server.Id] = await actions.TestAsync(server.Id, form: null, Gone));
        _testing = null;
    }

    private async Task RemoveAsync()
    {
        var server = _removing!;
        _removing = null;
        if (await RunAsync(() => actions.RemoveAsync(server.Id, Gone)))
        {
            Toasts.Show(L["gateways.removed", server.Name]);
        }

        await ReloadAsync();
    }
}
