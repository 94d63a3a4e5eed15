using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>What is said of a number at a card's foot, with its colour and icon.</summary>
public sealed record CardLine(Tone? Tone, string Icon, string Text);

/// <summary>Pools, roles and verdicts in words.</summary>
public static class PoolWords
{
    public static string Role(MemberRole role, IStringLocalizer<PoolsText> texts) => texts[ReasonKey.Of("as", role)];

    public static string Count(MemberRole role, int number, IStringLocalizer<PoolsText> texts) =>
        texts[$"{ReasonKey.Of("as", role)}.{(number == 1 ? "one" : "many")}", number];

    public static (Tone? Tone, bool Outline) Look(MemberRole role) =>
        role switch
        {
            MemberRole.Active => (null, false),
            MemberRole.Quarantined => (Tone.Critical, false),
            _ => (null, true),
        };

    public static string Icon(MemberRole role) =>
        role switch
        {
            MemberRole.Active => "send",
            MemberRole.Backup => "ac_unit",
            MemberRole.Warming => "local_fire_department",
            MemberRole.Quarantined => "shield",
            _ => "inventory_2",
        };

    /// <summary>What a number was found to be, with its end where one is known.</summary>
    public static string Cause(Finding finding, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<PoolsText> texts)
    {
        string cause = texts[$"cause.{finding.Cause}"];
        return finding.Until is { } until && until > now ? texts["line.until", cause, ClockTime.Of(until, now, zone)] : cause;
    }

    /// <summary>Why a member has its role: the cause, or what lies behind it, and who did it.</summary>
    public static string Why(RoleCause cause, string? detail, string? byName, IStringLocalizer<PoolsText> texts) =>
        cause == RoleCause.ByPerson && byName is not null ? texts["last.by", byName]
        : detail is not null ? texts[$"cause.{detail}"]
        : texts[ReasonKey.Of("role", cause)];

    /// <summary>One line of a pool's history.</summary>
    public static string Of(PoolHappening line, IStringLocalizer<PoolsText> texts)
    {
        string what = line switch
        {
            { From: null, To: { } joined } => texts["last.joined", line.Name, Role(joined, texts)],
            { To: { } to } => texts["last.changed", line.Name, Role(to, texts)],
            _ => texts["last.left", line.Name],
        };
        return $"{what} · {Why(line.Cause, line.Detail, line.ByName, texts)}";
    }

    public static Gravity GravityOf(Finding? finding) =>
        finding?.Verdict switch
        {
            Verdict.Banned or Verdict.Restricted or Verdict.LoggedOut or Verdict.Dead => Gravity.Critical,
            Verdict.Degraded or Verdict.Flapping => Gravity.Warning,
            _ => Gravity.Fine,
        };

    /// <summary>What a card says of its number's campaigns; null where there is nothing more important than its messages.</summary>
    public static CardLine? Line(MemberStanding member, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<PoolsText> texts)
    {
        string Clock(DateTimeOffset at) => ClockTime.Of(at, now, zone);
        return member switch
        {
            { Role: MemberRole.Quarantined, Place: { Cause: RoleCause.ByPerson } } => new(
                Tone.Warn,
                "shield",
                texts["line.quarantine-person"]
            ),
            { Role: MemberRole.Quarantined, Place: var p } => new(
                Tone.Warn,
                "shield",
                texts["line.quarantine", Why(p.Cause, p.Detail, null, texts)]
            ),
            { Role: MemberRole.Retired } => new(null, "inventory_2", texts["line.retired"]),
            { IsPaused: true, Pace.PausedUntil: { } until } => new(
                Tone.Warn,
                "pause_circle",
                until == DateTimeOffset.MaxValue ? texts["line.paused"] : texts["line.paused-until", Clock(until)]
            ),
            { Pace.PenaltyUntil: { } until } when until > now => new(Tone.Warn, "speed", texts["line.penalty", Clock(until)]),
            { Used: >= 1 } => new(null, "hourglass_bottom", texts["line.full"]),
            { Used: > 0.8 } => new(Tone.Warn, "speed", texts["line.near-cap", (int)(member.Used * 100)]),
            { Role: MemberRole.Warming, Tomorrow: null } m when m.DayOfUse >= m.FullFromDay => new(
                Tone.Info,
                Icon(MemberRole.Warming),
                texts["line.warm"]
            ),
            { Role: MemberRole.Warming, Tomorrow: null } m => new(
                Tone.Info,
                Icon(MemberRole.Warming),
                texts["line.warming-last", m.DayOfUse, m.FullFromDay]
            ),
            { Role: MemberRole.Warming } m => new(
                Tone.Info,
                Icon(MemberRole.Warming),
                texts["line.warming", m.DayOfUse, m.FullFromDay, m.Tomorrow!]
            ),
            { Role: MemberRole.Backup } => new(null, Icon(MemberRole.Backup), texts["line.backup"]),
            { Pace.NotBefore: { } next } when next > now => new(null, "schedule", texts["line.next", Clock(next)]),
            _ => null,
        };
    }

    public static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A share as whole percent, rounded down: 19.9 % is not 20.</summary>
    public static int Percent(double share) => (int)Math.Floor(share * 100);
}
