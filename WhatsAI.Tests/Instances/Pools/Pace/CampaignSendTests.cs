using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using static WhatsAI.Tests.Instances.Pools.Pace.PaceSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Pace;

public sealed class CampaignSendTests
{
    private static readonly DateTimeOffset _noon = At("2026-11-18T12:00", SaoPaulo);

    [Fact]
    public void Sent_message_is_counted_in_the_state_to_be_stored() =>
        Decide(new CampaignMessage(Reach.Stranger)).ShouldBeOfType<CampaignStep.Send>().State.SentToday.ShouldBe(1);

    [Fact]
    public void Opted_out_and_blocked_people_are_skipped_even_where_it_would_have_to_wait()
    {
        var paused = Warm.Paused(null);

        Decide(new CampaignMessage(Reach.Known, IsSuppressed: true), paused).ShouldBe(new CampaignStep.Skip("skipped.opted-out"));
        Decide(new CampaignMessage(Reach.Known, IsBlocked: true), paused).ShouldBe(new CampaignStep.Skip("skipped.blocked"));
        Decide(new CampaignMessage(Reach.Known, IsSuppressed: true, HeldBy: "campaign"))
            .ShouldBe(new CampaignStep.Skip("skipped.opted-out"));
    }

    [Fact]
    public void Held_message_and_sick_number_hold()
    {
        Decide(new CampaignMessage(Reach.Known, HeldBy: "campaign")).ShouldBe(new CampaignStep.Hold("pace.held"));
        foreach (var verdict in Enum.GetValues<Verdict>().Where(v => !v.MaySend()))
        {
            Decide(new CampaignMessage(Reach.Known), verdict: verdict).ShouldBe(new CampaignStep.Hold("pace.number-unwell"));
        }
    }

    [Fact]
    public void Otherwise_the_pace_decides() =>
        Decide(new CampaignMessage(Reach.Known), Warm.Paused(_noon.AddMinutes(1)))
            .ShouldBeOfType<CampaignStep.Wait>()
            .Decision.Key.ShouldBe("pace.paused");

    private static CampaignStep Decide(CampaignMessage message, PaceState? state = null, Verdict verdict = Verdict.Healthy) =>
        CampaignSend.Decide(message, verdict, state ?? Warm, new PacePolicy(), _noon, SaoPaulo, new Random(1));
}
