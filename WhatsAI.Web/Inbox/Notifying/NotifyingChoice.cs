using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Infrastructure.Inbox.Notifying;

namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>The member's settings while he changes them.</summary>
public sealed class NotifyingChoice
{
    /// <param name="settings">As they are.</param>
    /// <param name="zone">For quiet hours that he has not had yet.</param>
    public NotifyingChoice(NotifyingSettings settings, string zone)
    {
        (Shows, Sounds, ShowsText, MentionsPass) = (settings.Shows, settings.Sounds, settings.ShowsText, settings.MentionsPass);
        IsQuiet = settings.Quiet is not null;
        Zone = settings.Quiet?.Zone ?? zone;
        Days =
        [
            .. from number in Enumerable.Range(1, 7)
            let day = (DayOfWeek)(number % 7)
            let span = settings.Quiet is { } quiet ? quiet.Spans.FirstOrDefault(s => s.Day == day) : Proposed(day)
            let shown = span ?? Proposed(day)
            select new QuietDay(day)
            {
                IsQuiet = span is not null,
                From = Write(shown.From),
                To = Write(shown.To),
            },
        ];
    }

    public NotifyingRules Shows { get; set; }

    public NotifyingRules Sounds { get; set; }

    public bool ShowsText { get; set; }

    public bool IsQuiet { get; set; }

    public bool MentionsPass { get; set; }

    public string Zone { get; set; }

    /// <summary>From Monday.</summary>
    public IReadOnlyList<QuietDay> Days { get; }

    public NotifyingForm ToForm() =>
        new(
            Shows,
            Sounds,
            ShowsText,
            IsQuiet ? [.. Days.Where(d => d.IsQuiet).Select(d => new QuietSpan(d.Day, Read(d.From), End(d.To)))] : null,
            Zone,
            MentionsPass
        );

    // From the evening to the morning, and the whole weekend.
    private static QuietSpan Proposed(DayOfWeek day) =>
        day switch
        {
            DayOfWeek.Saturday or DayOfWeek.Sunday => QuietSpan.Whole(day),
            _ => new QuietSpan(day, 20 * 60, 8 * 60),
        };

    // The day's end is the next one's midnight; a clock has no 24:00.
    private static TimeOnly Write(int minutes) => TimeOnly.MinValue.Add(TimeSpan.FromMinutes(minutes));

    private static int End(TimeOnly? time) => Read(time) is var minutes && minutes == 0 ? 24 * 60 : minutes;

    // What is missing is refused by the rule.
    private static int Read(TimeOnly? time) => time is { } at ? (int)at.ToTimeSpan().TotalMinutes : -1;
}

/// <param name="day">On which the span begins.</param>
public sealed class QuietDay(DayOfWeek day)
{
    public DayOfWeek Day { get; } = day;

    public bool IsQuiet { get; set; }

    public TimeOnly? From { get; set; }

    public TimeOnly? To { get; set; }
}
