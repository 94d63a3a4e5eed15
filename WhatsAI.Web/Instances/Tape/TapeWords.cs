using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;
using WhatsAI.Web.Instances.Pools.Alerts;

namespace WhatsAI.Web.Instances.Tape;

/// <summary>A tape in words.</summary>
public sealed record TapeWords(
    IStringLocalizer<TapeText> L,
    IStringLocalizer<InstancesText> N,
    IStringLocalizer<PoolsText> P,
    IStringLocalizer<AlertsText> A
)
{
    /// <summary>What happened, in one sentence.</summary>
    public string Of(TapeEvent e) =>
        e.Key.Source switch
        {
            TapeSource.Connection => N[$"log.{e.What}", e.Code ?? 0].Value,
            TapeSource.Role => RoleOf(e),
            TapeSource.FailoverSignal => L["failover.signal", P[$"cause.{e.Detail}"].Value].Value,
            TapeSource.FailoverPromoted => L["failover.promoted"].Value,
            TapeSource.FailoverFirstSent => L["failover.first-sent"].Value,
            TapeSource.FailoverFinished => (e.What == "put-back" ? L["failover.put-back"] : L["failover.finished"]).Value,
            TapeSource.AlertRaised => L["alert.raised", About(e)].Value,
            TapeSource.AlertAcknowledged => L["alert.acknowledged", About(e)].Value,
            _ => L["alert.cleared", About(e)].Value,
        };

    /// <summary>Who did it: a person by name, the system, or nobody where it is only seen.</summary>
    public string Who(TapeEvent e) =>
        e.Actor ?? (e.Key.Source is TapeSource.Connection or TapeSource.FailoverSignal ? L["who.seen"] : L["who.system"]);

    public static (Tone Tone, string Icon) Look(TapeEvent e) =>
        e switch
        {
            { Key.Source: TapeSource.Role, To: { } to } => (to == MemberRole.Quarantined ? Tone.Warn : Tone.Info, PoolWords.Icon(to)),
            { Key.Source: TapeSource.Role } => (Tone.Info, "logout"),
            { Key.Source: TapeSource.FailoverSignal, Actor: not null } => (Tone.Info, "science"),
            { Key.Source: TapeSource.FailoverSignal } => (Tone.Critical, "swap_horiz"),
            { Key.Source: TapeSource.FailoverPromoted } => (Tone.Info, "swap_horiz"),
            { Key.Source: TapeSource.FailoverFirstSent } => (Tone.Ok, "send"),
            { Key.Source: TapeSource.FailoverFinished or TapeSource.AlertCleared } => (Tone.Ok, "check_circle"),
            { Key.Source: TapeSource.AlertRaised } => (Kind(e).Level().ToneOf(), Kind(e).Level().IconOf()),
            { Actor: not null } or { Key.Source: TapeSource.AlertAcknowledged } => (Tone.Info, "person"),
            { State: InstanceState.Banned or InstanceState.Restricted } => (Tone.Critical, "block"),
            { State: InstanceState.LoggedOut or InstanceState.Disconnected } => (Tone.Critical, "link_off"),
            { What: "flapping" or "qr-limit" } => (Tone.Warn, "warning"),
            { State: InstanceState.Open } => (Tone.Ok, "check_circle"),
            { State: InstanceState.Connecting } => (Tone.Info, "sync"),
            _ => (Tone.Unknown, "help"),
        };

    public string State(InstanceState state) => L[$"state.{state.ToString().ToLowerInvariant()}"];

    public static Tone ToneOf(InstanceState state) =>
        state switch
        {
            InstanceState.Open => Tone.Ok,
            InstanceState.Connecting => Tone.Info,
            InstanceState.Unknown => Tone.Unknown,
            _ => Tone.Critical,
        };

    public string Role(MemberRole? role) => role is { } known ? PoolWords.Role(known, P) : L["no-pool"];

    /// <summary>A moment to the second, with its day.</summary>
    public static string Moment(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM HH:mm:ss", CultureInfo.CurrentCulture);

    private string RoleOf(TapeEvent e) =>
        e.To is not { } to ? L["event.left"]
        : e.From is null ? L["event.joined", PoolWords.Role(to, P)]
        : L["event.role", PoolWords.Role(to, P), Why(e)];

    private static AlertKind Kind(TapeEvent e) => Enum.Parse<AlertKind>(e.What);

    private string About(TapeEvent e) => A[AlertChannelWords.Key(Kind(e))];

    private string Why(TapeEvent e) =>
        e.Detail is not null ? P[$"cause.{e.Detail}"] : P[ReasonKey.Of("role", Enum.Parse<RoleCause>(e.What))];
}
