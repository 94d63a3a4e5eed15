using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>A number's state as it is shown: colour, icon and word. <paramref name="Key"/> is a text below "state." and "count.".</summary>
public sealed record NumberState(string Key, Tone Tone, string Icon);

/// <summary>A number with what is said about it now.</summary>
public sealed record NumberCardView(NumberRow Row, InstanceSentence Sentence, NumberState State)
{
    public static NumberCardView Of(NumberRow row, DateTimeOffset now)
    {
        var sentence = InstanceSentence.Of(row.Facts, now);
        return new NumberCardView(row, sentence, NumberWords.StateOf(row.Facts, sentence));
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

    /// <summary>The six layers for the blocks on a card.</summary>
    public static IReadOnlyList<HealthBlock> Blocks(NumberRow row, DateTimeOffset now, IStringLocalizer<InstancesText> texts) =>
        [
            .. NumberHealth
                .Of(row.Facts, row.LastReceiptAt, now)
                .Select(l => new HealthBlock(texts[$"layer.{l.Layer}"], ToneOf(l.Gravity), texts[$"health.{l.Key}"])),
        ];
}
