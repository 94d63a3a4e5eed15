using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Web.Analytics;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Analytics;

public sealed class AnalyticsViewTests
{
    private static readonly DateOnly _today = new(2026, 11, 21);
    private static readonly ShellContext _shell = new("Aurora", "aurora", "Ana", "A", "Owner", [], TimeZoneInfo.Utc, default, []);

    [Fact]
    public void Address_shows_again_what_it_was_made_of()
    {
        var now = DateTimeOffset.UtcNow;
        var view = new AnalyticsView(
            ReportPeriod.Between(new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 31), _today),
            ReportBy.Team,
            HourView.Backlog,
            Id.New<InstanceId>(now),
            Id.New<TeamId>(now),
            Id.New<UserId>(now)
        );

        Read(view.Path(_shell)).ShouldBe(view);
        Read(view.Export(_shell, ReportTableName.Hours)).ShouldBe(view);
        view.Export(_shell, ReportTableName.Hours).ShouldStartWith("/t/aurora/analytics/export?table=hours&");
    }

    [Theory]
    [InlineData("period=forever&by=planet&number=1%27--&first=x")]
    [InlineData("period=chosen")]
    [InlineData("period=chosen&first=2026-13-01&last=2026-11-01")]
    [InlineData("")]
    public void Address_that_says_nothing_shows_seven_days_of_all(string query) =>
        Read($"?{query}")
            .ShouldBe(new AnalyticsView(ReportPeriod.Of(ReportRange.SevenDays, _today), ReportBy.Agent, HourView.Opened, null, null, null));

    [Theory]
    [InlineData(-1.0, "no data")]
    [InlineData(0.0, "0 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min")]
    [InlineData(3599.0, "1 h 0 min")]
    [InlineData(5400.0, "1 h 30 min")]
    [InlineData(86400.0, "1 d 0 h")]
    [InlineData(183600.0, "2 d 3 h")]
    public void Time_is_said_in_its_two_largest_units(double seconds, string expected) =>
        ReportWords.Lapse(seconds < 0 ? null : TimeSpan.FromSeconds(seconds), English()).ShouldBe(expected);

    [Fact]
    public void Change_says_in_words_whether_a_time_is_better()
    {
        var texts = English();

        ReportWords.OfTime(Change.Between(100, 75), texts).ShouldBe(new ChangeLook("trending_down", "25% faster", Tone.Ok));
        ReportWords.OfTime(Change.Between(100, 150), texts).ShouldBe(new ChangeLook("trending_up", "50% slower", Tone.Warn));
        ReportWords.OfTime(Change.Between(null, 75.0), texts).Text.ShouldBe("nothing to compare with");
        ReportWords.Of(Change.Between(100, 150), texts).ShouldBe(new ChangeLook("trending_up", "50% more", null));
        ReportWords.Of(Change.Between(0, 3), texts).Text.ShouldBe("none before");
    }

    private static AnalyticsView Read(string address)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address[address.IndexOf('?', StringComparison.Ordinal)..]);
        string? Of(string key) => query.TryGetValue(key, out var value) ? value.ToString() : null;
        return AnalyticsView.Read(
            new AnalyticsQuery(Of("period"), Of("first"), Of("last"), Of("by"), Of("hours"), Of("number"), Of("team"), Of("agent")),
            _today
        );
    }

    private static IStringLocalizer<AnalyticsText> English()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        return new ServiceCollection()
            .AddLogging()
            .AddLocalization()
            .BuildServiceProvider()
            .GetRequiredService<IStringLocalizer<AnalyticsText>>();
    }
}
