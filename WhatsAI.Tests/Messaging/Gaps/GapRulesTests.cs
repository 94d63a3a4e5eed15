using WhatsAI.Core.Messaging.Gaps;

namespace WhatsAI.Tests.Messaging.Gaps;

public sealed class GapRulesTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 10, 42, 0, TimeSpan.Zero);

    [Fact]
    public void Gap_begins_two_minutes_before_the_last_message_or_what_is_surely_complete()
    {
        GapRules.From(_now.AddMinutes(-30), _now.AddMinutes(-10), _now).ShouldBe(_now.AddMinutes(-32));
        GapRules.From(_now.AddMinutes(-5), _now.AddMinutes(-10), _now).ShouldBe(_now.AddMinutes(-12));
        GapRules.From(lastSeen: null, _now.AddMinutes(-10), _now).ShouldBe(_now.AddMinutes(-12));
        GapRules.From(_now.AddYears(1), _now.AddMinutes(-10), _now).ShouldBe(_now.AddMinutes(-12), "a customer's clock may be wrong");
    }

    [Fact]
    public void Gap_of_a_number_that_was_away_for_months_begins_thirty_days_ago() =>
        GapRules.From(_now.AddDays(-90), _now.AddDays(-80), _now).ShouldBe(_now.AddDays(-30));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(6, 160)]
    [InlineData(7, 300)]
    [InlineData(400, 300)]
    public void Gateway_is_asked_again_ever_more_seldom(int attempts, int seconds) =>
        GapRules.Again(attempts, _now.AddHours(-23), _now).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Gateway_that_asks_for_a_longer_wait_gets_it() =>
        GapRules.Again(1, _now, _now, TimeSpan.FromMinutes(9)).ShouldBe(TimeSpan.FromMinutes(9));

    [Fact]
    public void Gateway_is_not_asked_for_more_than_a_day() => GapRules.Again(1, _now.AddDays(-1), _now).ShouldBeNull();
}
