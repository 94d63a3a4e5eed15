using System.Globalization;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Pace;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Timing;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("2026-11-24T09:00", "America/Sao_Paulo", "2026-11-24T12:00Z")]
    [InlineData("2026-03-08T02:30", "America/New_York", "2026-03-08T07:00Z")]
    [InlineData("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30Z")]
    [InlineData("2026-03-29T01:30", "Europe/Lisbon", "2026-03-29T01:00Z")]
    [InlineData("2028-02-29T10:00", "Europe/Lisbon", "2028-02-29T10:00Z")]
    public void Time_is_that_of_the_named_zone(string local, string zone, string expected) =>
        new CampaignSchedule(DateTime.Parse(local, CultureInfo.InvariantCulture), zone)
            .StartsAt()
            .ShouldBe(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(LateStart.Skip, 0, -1, typeof(StartDecision.Wait))]
    [InlineData(LateStart.Skip, 0, 0, typeof(StartDecision.Start))]
    [InlineData(LateStart.Skip, 0, 5, typeof(StartDecision.Start))]
    [InlineData(LateStart.Skip, 0, 6, typeof(StartDecision.Skip))]
    [InlineData(LateStart.Ask, 0, 6, typeof(StartDecision.Ask))]
    [InlineData(LateStart.SendIfSoon, 30, 30, typeof(StartDecision.Start))]
    [InlineData(LateStart.SendIfSoon, 30, 31, typeof(StartDecision.Ask))]
    [InlineData(LateStart.SendIfSoon, 1, 4, typeof(StartDecision.Start))]
    public void Late_start_follows_its_policy(LateStart late, int most, int minutes, Type expected) =>
        StartRule.Decide(new CampaignSchedule(Now.UtcDateTime, "UTC", late, most), Now.AddMinutes(minutes)).ShouldBeOfType(expected);

    [Fact]
    public void Hour_that_comes_twice_starts_it_once()
    {
        var schedule = new CampaignSchedule(new DateTime(2026, 11, 1, 1, 30, 0), "America/New_York", LateStart.Skip);

        StartRule.Decide(schedule, schedule.StartsAt()).ShouldBe(new StartDecision.Start());
        StartRule
            .Decide(schedule, schedule.StartsAt().AddHours(1))
            .ShouldBe(new StartDecision.Skip(TimeSpan.FromHours(1)), "the second pass");
    }

    [Fact]
    public void Waiting_says_until_when_and_asking_how_late_it_is()
    {
        var schedule = new CampaignSchedule(Now.UtcDateTime, "UTC");

        StartRule.Decide(schedule, Now.AddHours(-2)).ShouldBe(new StartDecision.Wait(Now));
        StartRule.Decide(schedule, Now.AddHours(2)).ShouldBe(new StartDecision.Ask(TimeSpan.FromHours(2)));
    }

    [Fact]
    public void Schedule_that_cannot_be_kept_is_refused()
    {
        var schedule = new CampaignSchedule(Now.UtcDateTime.AddHours(1), "UTC");

        schedule.Checked(Now).ShouldBe(schedule);
        KeyOf(() => schedule.Checked(Now.AddHours(1))).ShouldBe("later.past");
        KeyOf(() => schedule.Checked(Now.AddDays(-366))).ShouldBe("later.too-far");
        KeyOf(() => (schedule with { Zone = "America/Aurora" }).Checked(Now)).ShouldBe("later.zone-unknown");
        KeyOf(() => (schedule with { Zone = new string('x', 5_000) }).Checked(Now)).ShouldBe("later.zone-unknown");
        KeyOf(() => (schedule with { Late = LateStart.SendIfSoon }).Checked(Now)).ShouldBe("campaign.late-invalid");
        KeyOf(() => (schedule with { MostLate = 5 }).Checked(Now)).ShouldBe("campaign.late-invalid");
        KeyOf(() => (schedule with { Late = LateStart.SendIfSoon, MostLate = 1_441 }).Checked(Now)).ShouldBe("campaign.late-invalid");
    }

    [Fact]
    public void Campaign_sends_in_fewer_hours_than_its_pool_and_never_in_more()
    {
        var pool = new SendingWindow(
            [new(DayOfWeek.Monday, 540, 720), new(DayOfWeek.Monday, 780, 1_260), new(DayOfWeek.Tuesday, 540, 720)],
            [new DateOnly(2026, 12, 25)]
        );

        var both = NarrowedWindow.Of(pool, [new OpenSpan(DayOfWeek.Monday, 600, 840), new OpenSpan(DayOfWeek.Sunday, 0, 1_440)]);

        both.Spans.ShouldBe([new OpenSpan(DayOfWeek.Monday, 600, 720), new OpenSpan(DayOfWeek.Monday, 780, 840)]);
        both.Holidays.ShouldBe(pool.Holidays);
        KeyOf(() => NarrowedWindow.Of(pool, [new OpenSpan(DayOfWeek.Sunday, 0, 1_440)])).ShouldBe("campaign.window-closed");
        KeyOf(() => NarrowedWindow.Of(pool, [new OpenSpan(DayOfWeek.Monday, 720, 780)])).ShouldBe("campaign.window-closed");
    }
}
