using System.Globalization;
using Bunit;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class AgoTests
{
    [Theory]
    [InlineData("en", -30, "now")]
    [InlineData("en", 59, "now")]
    [InlineData("en", 60, "1 min")]
    [InlineData("en", 3599, "59 min")]
    [InlineData("en", 7200, "2 h")]
    [InlineData("en", 90_000, "yesterday")]
    [InlineData("pt-BR", 90_000, "ontem")]
    [InlineData("pt-BR", 3 * 86_400, "3 d")]
    [InlineData("pt-BR", 10, "agora")]
    public void Moment_is_said_by_its_age(string culture, int secondsAgo, string expected)
    {
        using var context = new ComponentContext(culture);
        var time = context.Render<TimeAgo>(p => p.Add(t => t.At, context.Time.GetUtcNow().AddSeconds(-secondsAgo)));

        time.Find("time").TextContent.ShouldBe(expected);
        time.Find("time").HasAttribute("data-ago").ShouldBeTrue();
    }

    [Fact]
    public void Moment_of_a_week_ago_is_a_date_in_the_tenants_zone()
    {
        using var context = new ComponentContext("pt-BR");
        // 02:00 in UTC is the evening before in São Paulo
        var at = new DateTimeOffset(2025, 11, 4, 2, 0, 0, TimeSpan.Zero);
        var time = context.Render<TimeAgo>(p => p.Add(t => t.At, at).AddCascadingValue(ComponentContext.Shell));

        time.Find("time").TextContent.ShouldStartWith("3 ");
        time.Find("time").GetAttribute("title")!.ShouldEndWith("23:00:00 (America/Sao_Paulo)");
        time.Find("time").HasAttribute("data-ago").ShouldBeFalse();
    }

    [Fact]
    public void Script_is_given_the_moment_in_universal_time()
    {
        using var context = new ComponentContext();
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
        var at = new DateTimeOffset(2025, 11, 21, 8, 59, 30, TimeSpan.FromHours(-3));
        var time = context.Render<TimeAgo>(p => p.Add(t => t.At, at));

        time.Find("time").GetAttribute("datetime").ShouldBe("2025-11-21T11:59:30.000Z");
    }
}
