using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>Connects a number: a new one is named first, then both are linked by <see cref="PairingPanel"/>.</summary>
public sealed partial class ConnectDialog(InstanceCreation creation, GatewayServerQueries servers, IStringLocalizer<InstancesText> texts)
{
    private IReadOnlyList<GatewayServerRow>? _servers;
    private InstanceId? _id;
    private string? _name;
    private string _typed = "";
    private string _server = "";
    private string? _problem;
    private bool _creating;
    private bool _wasOpen;

    [Parameter]
    public bool Open { get; set; }

    /// <summary>The number to link; null for a new one.</summary>
    [Parameter]
    public InstanceId? Id { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    private string Title => _id is null ? L["connect.title-new"] : L["connect.title", _name ?? "…"];

    protected override async Task OnParametersSetAsync()
    {
        if (Open == _wasOpen)
        {
            return;
        }

        _wasOpen = Open;
        (_id, _name, _problem, _typed) = (Id, null, null, "");
        if (Open && _id is null)
        {
            _servers = null;
            if (!await RunAsync(async () => _servers = await servers.ListAsync(Gone)))
            {
                await OnClose.InvokeAsync();
            }

            _server = _servers is [var first, ..] ? first.Id.ToString() : "";
        }
    }

    private async Task CreateAsync()
    {
        (_creating, _problem) = (true, null);
        try
        {
            var server = Core.Common.Id.TryParse<GatewayServerId>(_server, out var chosen)
                ? chosen
                : throw new RuleException("gateway.gone");
            _id = await creation.CreateAsync(_typed, server, Gone);
        }
        catch (RuleException broken)
        {
            _problem = TextOf(broken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            _problem = Rules["database.away"];
        }
        finally
        {
            _creating = false;
        }
    }
}
