using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>What happened to a number's connection, newest first, and live.</summary>
public sealed partial class ConnectionLog(InstanceQueries queries, IStringLocalizer<InstancesText> texts)
{
    private const int Page = 12;
    private IReadOnlyList<ConnectionLogRow>? _rows;
    private int _shown = Page;
    private bool _more;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    protected override object Key => Id;

    private IStringLocalizer<InstancesText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is InstanceChanged changed && changed.InstanceId == Id;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.LogAsync(Id, before: null, _shown + 1, ct);
        return () => (_rows, _more) = ([.. rows.Take(_shown)], rows.Count > _shown);
    }

    private Task OlderAsync()
    {
        _shown = Math.Min(_shown * 2, 199);
        return ReloadAsync();
    }

    private static (Tone Tone, string Icon) Look(ConnectionLogRow row) =>
        row switch
        {
            { What: "created" } => (Tone.Info, "add_circle"),
            { What: "restarted" } => (Tone.Info, "restart_alt"),
            { What: "webhook-set" } => (Tone.Info, "webhook"),
            { What: "logged-out" } => (Tone.Info, "logout"),
            { What: "standby-auto" } => (Tone.Warn, "swap_horiz"),
            { What: "standby-chosen" or "standby-dropped" or "standby-moved" or "standby-returned" or "standby-removed" } => (
                Tone.Info,
                "swap_horiz"
            ),
            { What: "warm-up" or "warmed-up" } => (Tone.Info, "trending_up"),
            { What: "gap-downtime" or "gap-too-large" or "gap-nothing-kept" or "gap-unanswered" } => (Tone.Warn, "running_with_errors"),
            { What: "gap-asked" } => (Tone.Info, "manage_search"),
            { What: "gap-complete" or "gap-recovered" or "gap-recovered-one" } => (Tone.Ok, "playlist_add_check"),
            { What: "flapping" } => (Tone.Warn, "warning"),
            { What: "qr-limit" } => (Tone.Warn, "timer_off"),
            { State: InstanceState.Banned or InstanceState.Restricted } => (Tone.Critical, "block"),
            { State: InstanceState.LoggedOut or InstanceState.Disconnected } => (Tone.Critical, "link_off"),
            { State: InstanceState.Open } => (Tone.Ok, "check_circle"),
            { State: InstanceState.Connecting } => (Tone.Info, "sync"),
            _ => (Tone.Unknown, "help"),
        };
}
