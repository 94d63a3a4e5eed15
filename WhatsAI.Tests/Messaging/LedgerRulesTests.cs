using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Tests.Messaging;

public sealed class LedgerRulesTests
{
    [Theory]
    [InlineData(GatewayFailure.TimedOut)]
    [InlineData(GatewayFailure.Unclear)]
    [InlineData(GatewayFailure.Rejected)]
    [InlineData(GatewayFailure.Unreachable)]
    public void What_may_have_gone_out_is_in_doubt_whatever_it_was(GatewayFailure failure) =>
        LedgerRules.After(failure, false, null, 1, TimeSpan.Zero).ShouldBeOfType<AfterFailure.Doubt>();

    [Theory]
    [InlineData(GatewayFailure.Unreachable)]
    [InlineData(GatewayFailure.NotConnected)]
    [InlineData(GatewayFailure.RateLimited)]
    public void What_may_pass_is_waited_for_with_growing_pauses_and_not_for_ever(GatewayFailure failure)
    {
        var pauses = Enumerable
            .Range(1, 9)
            .Select(n => LedgerRules.After(failure, true, null, n, TimeSpan.Zero).ShouldBeOfType<AfterFailure.Wait>().For.TotalSeconds);

        pauses.ShouldBe([2, 4, 8, 16, 32, 60, 60, 60, 60]);
        LedgerRules.After(failure, true, null, 3, LedgerRules.Patience).ShouldBeOfType<AfterFailure.Fail>();
    }

    [Fact]
    public void The_gateways_own_wish_to_wait_is_kept() =>
        LedgerRules
            .After(GatewayFailure.RateLimited, true, TimeSpan.FromSeconds(17), 1, TimeSpan.Zero)
            .ShouldBe(new AfterFailure.Wait(TimeSpan.FromSeconds(17), "waiting.rate-limited"));

    [Fact]
    public void What_repeating_cannot_mend_fails_at_once_with_its_reason() =>
        LedgerRules
            .After(GatewayFailure.NumberNotOnWhatsApp, true, null, 1, TimeSpan.Zero)
            .ShouldBe(new AfterFailure.Fail("failed.number-not-on-whats-app"));

    [Fact]
    public void Doubt_is_looked_into_three_times() =>
        Enumerable
            .Range(0, 4)
            .Select(LedgerRules.NextLook)
            .ShouldBe([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120), null]);
}
