using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Analytics;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Analytics;

/// <summary>What a change is called, and whether it is for the better.</summary>
public sealed record ChangeLook(string Icon, string Text, Tone? Tone);

/// <summary>Figures in words.</summary>
public static class ReportWords
{
    /// <summary>The two largest units; what is not known is said so.</summary>
    public static string Lapse(TimeSpan? time, IStringLocalizer<AnalyticsText> texts) =>
        time switch
        {
            null => texts["none"],
            { TotalSeconds: < 59.5 } t => texts["lapse.seconds", (int)Math.Round(t.TotalSeconds)],
            { TotalMinutes: < 59.5 } t => texts["lapse.minutes", (int)Math.Round(t.TotalMinutes)],
            { TotalMinutes: < (24 * 60) - 0.5 } t => Two("lapse.hours", (int)Math.Round(t.TotalMinutes), 60, texts),
            { } t => Two("lapse.days", (int)Math.Round(t.TotalHours), 24, texts),
        };

    /// <summary>Which part met its target; what had none is said so.</summary>
    public static string Share(double? kept, IStringLocalizer<AnalyticsText> texts) => kept is { } part ? Percent(part) : texts["none"];

    // Nearly all is not all.
    public static string Percent(double part) => (part < 1 ? Math.Min(part, 0.99) : part).ToString("P0", CultureInfo.CurrentCulture);

    /// <summary>A count's change: more is neither good nor bad.</summary>
    public static ChangeLook Of(Change change, IStringLocalizer<AnalyticsText> texts) =>
        change switch
        {
            { Trend: Trend.Unknown } => Unknown(texts),
            { Trend: Trend.Same } => Same(texts),
            { Share: null } => new ChangeLook("trending_up", texts["change.from-none"], null),
            { Share: > 9 } => new ChangeLook("trending_up", texts["change.tenfold"], null),
            { Trend: Trend.Up } => new ChangeLook("trending_up", texts["change.more", Percent(change)], null),
            _ => new ChangeLook("trending_down", texts["change.less", Percent(change)], null),
        };

    /// <summary>A time's change: less of it is better.</summary>
    public static ChangeLook OfTime(Change change, IStringLocalizer<AnalyticsText> texts) =>
        change switch
        {
            { Trend: Trend.Unknown } or { Trend: Trend.Up, Share: null } => Unknown(texts),
            { Trend: Trend.Same } => Same(texts),
            { Share: > 9 } => new ChangeLook("trending_up", texts["change.tenfold"], Tone.Warn),
            { Trend: Trend.Up } => new ChangeLook("trending_up", texts["change.slower", Percent(change)], Tone.Warn),
            _ => new ChangeLook("trending_down", texts["change.faster", Percent(change)], Tone.Ok),
        };

    /// <summary>A rating's change: more of it is better.</summary>
    public static ChangeLook OfRating(Change change, IStringLocalizer<AnalyticsText> texts) =>
        change switch
        {
            { Trend: Trend.Same } => Same(texts),
            { Trend: Trend.Unknown } or { Share: null } => Unknown(texts),
            { Trend: Trend.Up } => new ChangeLook("trending_up", texts["change.more", Percent(change)], Tone.Ok),
            _ => new ChangeLook("trending_down", texts["change.less", Percent(change)], Tone.Warn),
        };

    /// <summary>What a row is called.</summary>
    public static string NameOf(ReportName? name, Guid key, ReportBy by, IStringLocalizer<AnalyticsText> texts) =>
        name is null ? texts[$"{(key == Guid.Empty ? "nobody" : "removed")}.{AnalyticsView.Word(by)}"] : Called(name, texts);

    public static string Called(ReportName name, IStringLocalizer<AnalyticsText> texts) => name.Gone ? texts["gone", name.Name] : name.Name;

    public static string Number(double value) => value.ToString("#,0.#", CultureInfo.CurrentCulture);

    public static string Day(DayOfWeek day) => CultureInfo.CurrentCulture.DateTimeFormat.GetAbbreviatedDayName(day);

    /// <summary>From the day on which the reader's weeks begin.</summary>
    public static IEnumerable<DayOfWeek> Week() =>
        Enumerable.Range((int)CultureInfo.CurrentCulture.DateTimeFormat.FirstDayOfWeek, 7).Select(d => (DayOfWeek)(d % 7));

    private static string Percent(Change change) => Math.Abs(change.Share!.Value).ToString("P0", CultureInfo.CurrentCulture);

    private static ChangeLook Unknown(IStringLocalizer<AnalyticsText> texts) => new("remove", texts["change.unknown"], null);

    private static ChangeLook Same(IStringLocalizer<AnalyticsText> texts) => new("trending_flat", texts["change.same"], null);

    private static string Two(string key, int units, int of, IStringLocalizer<AnalyticsText> texts) => texts[key, units / of, units % of];
}
