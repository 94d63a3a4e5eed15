using System.Globalization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>A row of the warm-up table as it is typed.</summary>
public sealed class StepDraft(string fromDay, string perDay)
{
    public string FromDay { get; set; } = fromDay;

    public string PerDay { get; set; } = perDay;
}

/// <summary>Which warm-up table the typed one is.</summary>
public enum WarmUpPreset
{
    Cautious,
    Published,
    Own,
}

/// <summary>A pool's settings while they are typed: texts that need not make sense yet.</summary>
public sealed class PoolDraft
{
    public static readonly IReadOnlyList<DayOfWeek> Week =
    [
        DayOfWeek.Monday,
        DayOfWeek.Tuesday,
        DayOfWeek.Wednesday,
        DayOfWeek.Thursday,
        DayOfWeek.Friday,
        DayOfWeek.Saturday,
        DayOfWeek.Sunday,
    ];

    private readonly PoolForm _before;

    public PoolDraft(PoolRow pool)
    {
        var pace = pool.Pace;
        (Name, Strategy, IsSticky) = (pool.Name, pool.Strategy, pool.IsSticky);
        (IntervalFrom, IntervalTo) = (Text(pace.MinInterval.TotalSeconds), Text(pace.MaxInterval.TotalSeconds));
        (Hourly, Daily, Series) = (Text(pace.HourlyCap), Text(pace.DailyCap), Text(pace.SeriesLength));
        (PauseFrom, PauseTo) = (Text(pace.MinPause.TotalMinutes), Text(pace.MaxPause.TotalMinutes));
        foreach (var day in Week)
        {
            Open[day] = OpenSpans.Write(pace.Window.Spans.Where(s => s.Day == day));
            Slow[day] = OpenSpans.Write(pace.SlowHours.Where(s => s.Day == day));
        }

        SlowFactor = Text(pace.SlowFactor);
        Holidays = [.. pace.Window.Holidays];
        Fill(pace.WarmUp);
        (RotationDays, Hold, Version) = (Text(pool.RotationDays), pool.Failover.HoldEveryCampaign, pool.Version);
        _before = ToForm();
    }

    /// <summary>Of the pool when this was begun.</summary>
    public uint Version { get; }

    public string Name { get; set; }

    public PoolStrategy Strategy { get; set; }

    public bool IsSticky { get; set; }

    public string IntervalFrom { get; set; }

    public string IntervalTo { get; set; }

    public string Hourly { get; set; }

    public string Daily { get; set; }

    public string Series { get; set; }

    public string PauseFrom { get; set; }

    public string PauseTo { get; set; }

    public Dictionary<DayOfWeek, string> Open { get; } = [];

    public Dictionary<DayOfWeek, string> Slow { get; } = [];

    public string SlowFactor { get; set; }

    public List<DateOnly> Holidays { get; }

    public List<StepDraft> Steps { get; private set; } = [];

    public string FullFromDay { get; set; } = "";

    public string RotationDays { get; set; }

    public bool Hold { get; set; }

    /// <summary>Something that makes no sense is a change too.</summary>
    public bool IsChanged
    {
        get
        {
            try
            {
                return !Same(ToForm(), _before);
            }
            catch (RuleException)
            {
                return true;
            }
        }
    }

    public WarmUpPreset Preset
    {
        get
        {
            try
            {
                var plan = Plan();
                return plan == WarmUpPlan.Cautious ? WarmUpPreset.Cautious
                    : plan == WarmUpPlan.Published ? WarmUpPreset.Published
                    : WarmUpPreset.Own;
            }
            catch (RuleException)
            {
                return WarmUpPreset.Own;
            }
        }
    }

    /// <summary>A preset is a beginning: its rows are there to be edited.</summary>
    public void Choose(WarmUpPreset preset)
    {
        if (preset != WarmUpPreset.Own)
        {
            Fill(preset == WarmUpPreset.Published ? WarmUpPlan.Published : WarmUpPlan.Cautious);
        }
    }

    public void AddStep()
    {
        var last = Steps.LastOrDefault();
        var day = int.TryParse(last?.FromDay, NumberStyles.None, CultureInfo.CurrentCulture, out var from) ? from + 7 : 1;
        Steps.Add(new StepDraft(Text(day), last?.PerDay ?? "20"));
        if (!int.TryParse(FullFromDay, NumberStyles.None, CultureInfo.CurrentCulture, out var full) || full <= day)
        {
            FullFromDay = Text(day + 7);
        }
    }

    /// <exception cref="RuleException">Something typed is no number or no time, or breaks a rule.</exception>
    public PoolForm ToForm() => new(Name, Strategy, IsSticky, ToPace().Checked(), Whole(RotationDays), new FailoverPolicy(Hold));

    private PacePolicy ToPace() =>
        new()
        {
            MinInterval = TimeSpan.FromSeconds(Whole(IntervalFrom)),
            MaxInterval = TimeSpan.FromSeconds(Whole(IntervalTo)),
            HourlyCap = Whole(Hourly),
            DailyCap = Whole(Daily),
            SeriesLength = Whole(Series),
            MinPause = TimeSpan.FromMinutes(Number(PauseFrom)),
            MaxPause = TimeSpan.FromMinutes(Number(PauseTo)),
            Window = new SendingWindow([.. Week.SelectMany(d => OpenSpans.Parse(d, Open[d]))], Holidays),
            SlowHours = [.. Week.SelectMany(d => OpenSpans.Parse(d, Slow[d]))],
            SlowFactor = Number(SlowFactor),
            WarmUp = Plan(),
        };

    private WarmUpPlan Plan() => new([.. Steps.Select(s => new WarmUpStep(Whole(s.FromDay), Whole(s.PerDay)))], Whole(FullFromDay));

    private void Fill(WarmUpPlan plan) =>
        (Steps, FullFromDay) = ([.. plan.Steps.Select(s => new StepDraft(Text(s.FromDay), Text(s.PerDay)))], Text(plan.FullFromDay));

    private static bool Same(PoolForm a, PoolForm b) =>
        a.Pace.SlowHours.SequenceEqual(b.Pace.SlowHours) && a == b with { Pace = b.Pace with { SlowHours = a.Pace.SlowHours } };

    private static int Whole(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowThousands, CultureInfo.CurrentCulture, out var number) && number <= 1_000_000
            ? number
            : throw new RuleException("form.not-a-number", text.Trim());

    private static double Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.CurrentCulture, out var number) && number <= 1_000_000
            ? number
            : throw new RuleException("form.not-a-number", text.Trim());

    private static string Text(double number) => number.ToString("0.##", CultureInfo.CurrentCulture);
}
