using WhatsAI.Core.Campaigns.Guards;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Guards;

public sealed class CanaryGateTests
{
    private static readonly CanaryPolicy _policy = new(Percent: 10, Least: 20);

    [Theory]
    [InlineData(1_000, 100)]
    [InlineData(150, 20)]
    [InlineData(15, 15)]
    [InlineData(0, 0)]
    public void First_part_is_a_share_and_at_least_so_many(int recipients, int size) => _policy.SizeOf(recipients).ShouldBe(size);

    [Fact]
    public void Gate_lets_the_first_part_out_and_no_more() => Decide(State(released: 40)).ShouldBe(new CanaryStep.Release(60));

    [Fact]
    public void Gate_waits_for_the_last_message_and_then_for_its_outcome()
    {
        Decide(State(released: 100, settled: 99)).ShouldBe(new CanaryStep.Wait(null));
        Decide(State(100, 100, 100) with { LastSentAt = Now.AddMinutes(-29) }).ShouldBe(new CanaryStep.Wait(Now.AddMinutes(1)));
        Decide(State(100, 100, 100) with { LastSentAt = Now.AddMinutes(-30) }).ShouldBe(new CanaryStep.Open());
    }

    [Fact]
    public void Gate_closes_on_bad_signals_at_once_and_on_silence_after_the_wait()
    {
        CausesOf(State(released: 40) with { Tally = new CampaignTally(40, 0, 2) }).ShouldBe(["held.opt-outs"]);
        CausesOf(State(100, 100, 79)).ShouldBe(["held.not-delivered"]);
        Decide(State(100, 100, 80)).ShouldBe(new CanaryStep.Open());
    }

    [Fact]
    public void Who_was_left_out_after_all_is_not_waited_for()
    {
        Decide(State(100, 100, 40) with { Unsent = 50 }).ShouldBe(new CanaryStep.Open());
        Decide(State(100, 100, 0) with { Unsent = 100, LastSentAt = null }).ShouldBe(new CanaryStep.Open());
    }

    [Fact]
    public void Person_or_a_small_campaign_opens_the_gate()
    {
        CanaryGate.Decide(_policy, State(released: 100, settled: 10), passed: true, Now).ShouldBe(new CanaryStep.Open());
        Decide(State() with { Recipients = 20 }).ShouldBe(new CanaryStep.Open());
        CanaryGate.Decide(_policy with { Percent = 0 }, State(), passed: false, Now).ShouldBe(new CanaryStep.Open());
    }

    [Fact]
    public void Canary_out_of_bounds_is_refused()
    {
        CanaryPolicy[] wrong =
        [
            _policy with
            {
                Percent = 51,
            },
            _policy with
            {
                Least = 0,
            },
            _policy with
            {
                Wait = TimeSpan.FromDays(3),
            },
            _policy with
            {
                LeastDelivered = 1.1,
            },
        ];

        wrong.ShouldAllBe(p => KeyOf(() => p.Checked()) == "campaign.canary-invalid");
    }

    private static CanaryStep Decide(CanaryState state) => CanaryGate.Decide(_policy, state, passed: false, Now);

    private static IReadOnlyList<string> CausesOf(CanaryState state) => Decide(state).ShouldBeOfType<CanaryStep.Close>().Causes;

    private static CanaryState State(int released = 0, int settled = 0, int delivered = 0) =>
        new(1_000, released, settled, delivered, 0, Now.AddHours(-1), new CampaignTally(released, 0, 0));
}
