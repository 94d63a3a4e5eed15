using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances;

/// <summary>A number's state as it is shown: colour, icon and word. <paramref name="Key"/> is a text below "state." and "count.".</summary>
public sealed record NumberState(string Key, Tone Tone, string Icon);

/// <summary>A number with what is said about it now.</summary>
/// <param name="Member">How it stands in its pool; null: in none.</param>
public sealed record NumberCardView(NumberRow Row, InstanceSentence Sentence, NumberState State, MemberStanding? Member = null)
{
    /// <summary>What is wrong is its server's trouble, which is said once for all of them; null: it is its own.</summary>
    public ServerTrouble? Trouble { get; init; }

    /// <summary>What was done because it failed, while that is under way and as long as the number is out.</summary>
    public ShownFailover? Failover { get; init; }

    /// <summary>The gravest that its link or its signals say: the wall's order. What its server's trouble explains comes after what a number has itself.</summary>
    public Gravity Gravity => Trouble is null ? Own : Gravity.Unknown;

    private Gravity Own => PoolWords.GravityOf(Row.Watch.Finding) is var found && found < Sentence.Gravity ? found : Sentence.Gravity;

    /// <summary>The number's second server, where its own is in trouble and it has one.</summary>
    public StandbyOffer? Standby => Trouble?.Standbys.FirstOrDefault(s => s.Number == Row.Id);

    public static NumberCardView Of(NumberRow row, DateTimeOffset now, MemberStanding? member = null, WallTroubles? troubles = null)
    {
        var sentence = InstanceSentence.Of(row.Facts, now);
        var card = new NumberCardView(row, sentence, NumberWords.StateOf(row, sentence, member), member)
        {
            Failover = troubles?.FailoverOf(row.Id),
        };
        return NumberWords.IsOwn(card) || troubles?.Of(row.Id) is not { } trouble
            ? card
            : card with
            {
                Trouble = trouble,
                State = NumberWords.WaitsForGateway,
            };
    }
}

/// <summary>Numbers in words.</summary>
public static class NumberWords
{
    public static Tone ToneOf(Gravity gravity) =>
        gravity switch
        {
            Gravity.Critical => Tone.Critical,
            Gravity.Warning => Tone.Warn,
            Gravity.Info => Tone.Info,
            Gravity.Fine => Tone.Ok,
            _ => Tone.Unknown,
        };

    public static NumberState WaitsForGateway { get; } = new("waits-gateway", Tone.Unknown, "sync");

    /// <summary>Whether no trouble of a server explains it: WhatsApp said it of this very number, or nothing is wrong.</summary>
    public static bool IsOwn(NumberCardView card) =>
        card.Row.Watch.Finding is { IsWhatsAppsWord: true }
        || card.Row.Facts.Link.State is InstanceState.Banned or InstanceState.Restricted
        || card.Gravity is Gravity.Fine or Gravity.Info;

    /// <summary>What the link shows, and where that is well, what its signals and its role do.</summary>
    public static NumberState StateOf(NumberRow row, InstanceSentence sentence, MemberStanding? member) =>
        StateOf(row.Facts, sentence) is { Tone: not Tone.Ok } link
            ? link
            : (row.Watch.Finding, member?.Role) switch
            {
                ({ InboundOnly: true }, _) => new("inbound-only", Tone.Warn, "call_received"),
                ({ Verdict: Verdict.Banned }, _) => new("banned", Tone.Critical, "block"),
                ({ Verdict: Verdict.Restricted }, _) => new("restricted", Tone.Critical, "timer_off"),
                ({ Verdict: Verdict.LoggedOut }, _) => new("logged-out", Tone.Critical, "link_off"),
                ({ Verdict: Verdict.Dead }, _) => new("disconnected", Tone.Critical, "link_off"),
                ({ Verdict: Verdict.Flapping }, _) => new("flapping", Tone.Warn, "sync_problem"),
                ({ Verdict: Verdict.Degraded }, _) => new("degraded", Tone.Warn, "warning"),
                (_, MemberRole.Quarantined) => new("quarantined", Tone.Warn, "shield"),
                (_, MemberRole.Retired) => new("retired", Tone.Unknown, "inventory_2"),
                (_, MemberRole.Warming) => new("warming", Tone.Info, "local_fire_department"),
                (_, MemberRole.Backup) => new("ready", Tone.Ok, "check_circle"),
                ({ Verdict: Verdict.Healthy }, _) => new("healthy", Tone.Ok, "check_circle"),
                _ => new("connected", Tone.Ok, "check_circle"),
            };

    public static NumberState StateOf(NumberFacts facts, InstanceSentence sentence) =>
        (facts.Link.State, facts.Link.WasLinked) switch
        {
            (InstanceState.Banned, _) => new("banned", Tone.Critical, "block"),
            (InstanceState.Restricted, _) => new("restricted", Tone.Critical, "timer_off"),
            _ when sentence is { Gravity: Gravity.Critical } && sentence.Key.StartsWith("gateway.", StringComparison.Ordinal) => new(
                "no-gateway",
                Tone.Critical,
                "cloud_off"
            ),
            (InstanceState.LoggedOut, _) when facts.AwaitsScanAfterMove => new("moved", Tone.Critical, "qr_code_2"),
            (InstanceState.LoggedOut, _) => new("logged-out", Tone.Critical, "link_off"),
            (InstanceState.Disconnected, true) => new("disconnected", Tone.Critical, "link_off"),
            (InstanceState.Connecting, false) => new("waiting", Tone.Info, "qr_code_2"),
            (InstanceState.Connecting, true) => new("connecting", sentence.Gravity is Gravity.Warning ? Tone.Warn : Tone.Info, "sync"),
            (_, false) => new("never-linked", Tone.Unknown, "qr_code_2"),
            (InstanceState.Open, _) when sentence.Gravity is Gravity.Warning => new("degraded", Tone.Warn, "warning"),
            (InstanceState.Open, _) when sentence.Gravity is not Gravity.Unknown => new("connected", Tone.Ok, "check_circle"),
            _ => new("no-signal", Tone.Unknown, "help"),
        };

    public static string Icon(InstanceSentence sentence) =>
        sentence switch
        {
            { Remedy: InstanceRemedy.Scan, Gravity: not Gravity.Fine } => "qr_code_2",
            { Gravity: Gravity.Critical } => "error",
            { Key: "unconfirmed" } => "hourglass_bottom",
            { Gravity: Gravity.Warning } => "warning",
            { Gravity: Gravity.Unknown } => "help",
            { Key: "reconnecting" } => "sync",
            { Key: "sending" } => "send",
            _ => "schedule",
        };

    /// <summary>The sentence, its moment as a clock time in <paramref name="zone"/> or as how long ago.</summary>
    public static string Text(InstanceSentence sentence, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<InstancesText> texts) =>
        texts[
            $"say.{sentence.Key}",
            sentence.Count ?? 0,
            sentence.At is { } at ? ClockTime.Of(at, now, zone) : "",
            sentence.At is { } since ? Duration(now - since, texts) : ""
        ];

    public static string Duration(TimeSpan time, IStringLocalizer<InstancesText> texts) =>
        time switch
        {
            { TotalMinutes: < 1 } => texts["for.moment"],
            { TotalHours: < 1 } => texts["for.minutes", (int)time.TotalMinutes],
            { TotalDays: < 1 } => texts["for.hours", (int)time.TotalHours],
            _ => texts["for.days", (int)time.TotalDays],
        };

    /// <summary>The six layers: against the number's habits where the watch has looked, else what is plain to see.</summary>
    public static IReadOnlyList<LayerHealth> Layers(NumberRow row, DateTimeOffset now)
    {
        var plain = NumberHealth.Of(row.Facts, row.LastReceiptAt, now);
        // What changes from second to second is as of now.
        return row.Watch.Layers is { Count: 6 } watched ? [plain[0], plain[1], .. watched.Skip(2)] : plain;
    }

    /// <summary>One figure for the six; null while too little is proven.</summary>
    public static int? Score(NumberRow row, DateTimeOffset now) => HealthScore.Of(Layers(row, now)).Value;

    /// <summary>The six layers for the blocks on a card.</summary>
    public static IReadOnlyList<HealthBlock> Blocks(NumberRow row, DateTimeOffset now, IStringLocalizer<InstancesText> texts) =>
        [.. Layers(row, now).Select(l => new HealthBlock(texts[$"layer.{l.Layer}"], ToneOf(l.Gravity), texts[$"health.{l.Key}"]))];
}
