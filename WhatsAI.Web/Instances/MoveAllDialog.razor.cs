using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Standbys;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances;

/// <summary>Sends all numbers of a server in trouble to their second servers, after saying what that asks of people. It closes at once: the wall shows them go.</summary>
public sealed partial class MoveAllDialog(StandbyActions actions, IStringLocalizer<IncidentText> texts)
{
    /// <summary>Null: closed.</summary>
    [Parameter]
    public ServerTrouble? Trouble { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    private IStringLocalizer<IncidentText> L => texts;

    private async Task MoveAsync()
    {
        var server = Trouble!.Server;
        await OnClose.InvokeAsync();
        Toasts.Show(L["all.busy"]);
        MovedNumbers? moved = null;
        if (await RunAsync(async () => moved = await actions.MoveAllAsync(server, Gone)))
        {
            var (text, tone) = moved switch
            {
                { Why: { } why } => (L["all.refused", moved.Moved, moved.Refused, TextOf(why)], Tone.Warn),
                { Moved: > 0 } => (L["all.moved", moved.Moved], Tone.Ok),
                _ => (L["all.none"], Tone.Info),
            };
            Toasts.Show(text, tone);
        }
    }
}
