using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Tests.Inbox.Sla;

/// <summary>When a target is due in business hours, in any calendar; how its time is written; the order of "lapses first".</summary>
public sealed class SlaTimesTests
{
    private static readonly DateTimeOffset _noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // A weekend, a lunch hour, a day that is closed.
    [InlineData("America/Sao_Paulo", "mo 08:00-18:00|fr 08:00-12:00", "2026-11-20T11:30", 60, "2026-11-23T08:30")]
    [InlineData("America/Sao_Paulo", "tu 09:00-10:00", "2026-11-20T11:30", 150, "2026-12-08T09:30")]
    // Across midnight: until the day's end and from the next day's beginning.
    [InlineData("America/Sao_Paulo", "fr 20:00-24:00|sa 00:00-02:00", "2026-11-20T23:30", 60, "2026-11-21T00:30")]
    // The 29th of February, in a leap year and not.
    [InlineData(
        "America/Sao_Paulo",
        "sa 08:00-12:00|su 08:00-12:00|mo 08:00-12:00|tu 08:00-12:00",
        "2028-02-28T11:00",
        90,
        "2028-02-29T08:30"
    )]
    [InlineData("America/Sao_Paulo", "su 08:00-12:00|mo 08:00-12:00", "2027-02-28T11:00", 90, "2027-03-01T08:30")]
    // The clocks skip from two to three: an hour fewer. They go through one o'clock twice: an hour more.
    [InlineData("America/New_York", "su 00:00-06:00", "2027-03-14T00:00", 180, "2027-03-14T04:00")]
    [InlineData("America/New_York", "su 00:00-06:00", "2026-11-01T00:00", 180, "2026-11-01T02:00")]
    public void Target_is_due_after_so_much_open_time(string zoneId, string week, string from, int minutes, string due)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        var team = new TeamId(Guid.NewGuid());
        var hours = new BusinessHours(week.Split('|').SelectMany(d => OpenSpans.Parse(Day(d[..2]), d[3..])));
        var rules = new SlaRules(
            [new(null, null, new SlaTimes(TimeSpan.FromMinutes(minutes), null, null))],
            new Dictionary<TeamId, BusinessHours> { [team] = hours },
            zone
        );
        var since = At(from, zone);

        var head = rules.Move(null, new ConversationHead { TeamId = team, WaitingSince = since }, since);

        head.LapseAt.ShouldBe(At(due, zone));
    }

    [Fact]
    public void Target_that_no_opening_ever_reaches_runs_not_at_all()
    {
        var team = new TeamId(Guid.NewGuid());
        var rules = new SlaRules(
            [new(null, null, new SlaTimes(SlaTarget.Longest, null, null))],
            new Dictionary<TeamId, BusinessHours> { [team] = new([new OpenSpan(DayOfWeek.Monday, 0, 1)]) },
            TimeZoneInfo.Utc
        );

        rules.Move(null, new ConversationHead { TeamId = team, WaitingSince = _noon }, _noon).LapseAt.ShouldBeNull();
    }

    [Fact]
    public void Open_time_until_a_target_is_due_is_the_target()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var spans = Gen.Elements(Enum.GetValues<DayOfWeek>())
            .SelectMany(day => Gen.Choose(0, 1_380).SelectMany(f => Gen.Choose(f + 1, 1_440).Select(t => new OpenSpan(day, f, t))));
        var weeks = Gen.NonEmptyListOf(spans).Select(s => new BusinessHours(s.DistinctBy(x => x.Day)));
        var cases = weeks.SelectMany(w => Gen.Choose(0, 600_000).SelectMany(m => Gen.Choose(1, 3_000).Select(t => (w, m, t))));

        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var from = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(c.m);
                    var due = c.w.After(from, TimeSpan.FromMinutes(c.t), zone);
                    var open = c.w.Between(from, due, zone);
                    // A minute a week does not add up to two days in the ten years that are looked at: then there is less than the target in all of them.
                    return due == DateTimeOffset.MaxValue ? open < TimeSpan.FromMinutes(c.t) : open == TimeSpan.FromMinutes(c.t);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData(" 45 min ", 45)]
    [InlineData("4h", 240)]
    [InlineData("1 h 30", 90)]
    [InlineData("1:05", 65)]
    [InlineData("2H 15 MIN", 135)]
    [InlineData("", null)]
    public void Time_is_read_as_people_write_it(string text, int? minutes) => SlaDuration.Parse(text)?.TotalMinutes.ShouldBe(minutes ?? -1);

    [Theory]
    [InlineData("amanhã")]
    [InlineData("1h75")]
    [InlineData("-5")]
    [InlineData("2 d")]
    [InlineData("1h2h3")]
    [InlineData("999999999")]
    public void What_is_no_time_is_refused(string text) =>
        Should.Throw<RuleException>(() => SlaDuration.Parse(text)).Key.ShouldBe("sla.time-unreadable");

    [Theory]
    [InlineData(45, "45 min")]
    [InlineData(240, "4 h")]
    [InlineData(90, "1 h 30 min")]
    public void Written_time_is_read_again(int minutes, string text)
    {
        SlaDuration.Write(TimeSpan.FromMinutes(minutes)).ShouldBe(text);
        SlaDuration.Parse(text).ShouldBe(TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2_161 * 60)]
    public void Target_outside_its_bounds_is_refused(double minutes) =>
        Should
            .Throw<RuleException>(() =>
                new SlaTarget(default, default, null, null, new SlaTimes(null, null, TimeSpan.FromMinutes(minutes)), _noon)
            )
            .Key.ShouldBe("sla.time-invalid");

    [Fact]
    public void Window_of_an_official_number_lapses_where_it_ends_before_the_target()
    {
        var wrote = _noon.AddHours(-20);

        SlaWindow.Lapse(_noon.AddHours(6), wrote, waits: true, official: true).ShouldBe(_noon.AddHours(4));
        SlaWindow.Lapse(_noon.AddHours(2), wrote, waits: true, official: true).ShouldBe(_noon.AddHours(2));
        SlaWindow.Lapse(null, wrote, waits: true, official: true).ShouldBe(_noon.AddHours(4));
        SlaWindow.Lapse(null, wrote, waits: false, official: true).ShouldBeNull("nothing is owed");
        SlaWindow.Lapse(null, null, waits: true, official: true).ShouldBeNull("he never wrote");
        SlaWindow.Lapse(_noon.AddHours(6), wrote, waits: true, official: false).ShouldBe(_noon.AddHours(6));
    }

    [Fact]
    public void What_lapses_first_stands_first_and_the_rest_by_the_newest()
    {
        ConversationKey[] sorted =
        [
            new(_noon, Number(1)) { LapseAt = _noon.AddMinutes(1) },
            new(_noon.AddHours(9), Number(2)) { LapseAt = _noon.AddMinutes(2) },
            new(_noon, Number(3)) { LapseAt = _noon.AddMinutes(2) },
            new(_noon.AddHours(8), Number(4)),
            new(_noon.AddHours(7), Number(6)),
            new(_noon.AddHours(7), Number(5)),
        ];

        sorted.Reverse().Order().ShouldBe(sorted);

        static ConversationId Number(int n) => new(new Guid(n, 0, 0, new byte[8]));
    }

    private static DayOfWeek Day(string name) =>
        name switch
        {
            "su" => DayOfWeek.Sunday,
            "mo" => DayOfWeek.Monday,
            "tu" => DayOfWeek.Tuesday,
            "fr" => DayOfWeek.Friday,
            _ => DayOfWeek.Saturday,
        };

    private static DateTimeOffset At(string local, TimeZoneInfo zone)
    {
        var time = DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, zone.GetUtcOffset(time));
    }
}
