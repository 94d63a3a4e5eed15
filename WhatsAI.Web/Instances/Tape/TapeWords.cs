using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances.Tape;

/// <summary>A tape in words.</summary>
public sealed record TapeWords(IStringLocalizer<TapeText> L, IStringLocalizer<InstancesText> N, IStringLocalizer<PoolsText> P)
{
    /// <summary>What happened, in one sentence.</summary>
    public string Of(TapeEvent e) =>
        e.Key.Source == TapeSource.Connection ? N[$"log.{e.What}", e.Code ?? 0]
        : e.To is not { } to ? L["event.left"]
        : e.From is null ? L["event.joined", PoolWords.Role(to, P)]
        : L["event.role", PoolWords.Role(to, P), Why(e)];

    /// <summary>Who did it: a person by name, the system, or nobody where it is only seen.</summary>
    public string Who(TapeEvent e) => e.Actor ?? (e.Key.Source == TapeSource.Role ? L["who.system"] : L["who.seen"]);

    public static (Tone Tone, string Icon) Look(TapeEvent e) =>
        e switch
        {
            { Key.Source: TapeSource.Role, To: { } to } => (to == MemberRole.Quarantined ? Tone.Warn : Tone.Info, PoolWords.Icon(to)),
            { Key.Source: TapeSource.Role } => (Tone.Info, "logout"),
            { Actor: not null } => (Tone.Info, "person"),
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

    private string Why(TapeEvent e) =>
        e.Detail is not null ? P[$"cause.{e.Detail}"] : P[ReasonKey.Of("role", Enum.Parse<RoleCause>(e.What))];
}
