using WhatsAI.Core.Campaigns.Recipients;

namespace WhatsAI.Tests.Campaigns.Recipients;

public sealed class FunnelTests
{
    [Fact]
    public void Each_step_contains_those_after_it_and_nobody_is_counted_twice()
    {
        var counts = Enum.GetValues<RecipientState>().ToDictionary(s => s, s => 1 << (int)s);

        var funnel = Funnel.Of(counts);

        int Of(params RecipientState[] states) => states.Sum(s => counts[s]);
        funnel.Recipients.ShouldBe(counts.Values.Sum());
        funnel.Waiting.ShouldBe(Of(RecipientState.Planned, RecipientState.Queued, RecipientState.Sending));
        funnel.Delivered.ShouldBe(Of(RecipientState.Delivered, RecipientState.Read, RecipientState.Replied));
        funnel.Read.ShouldBe(Of(RecipientState.Read, RecipientState.Replied));
        funnel.Replied.ShouldBe(Of(RecipientState.Replied));
        (funnel.Waiting + funnel.Sent + funnel.Failed + funnel.Skipped + funnel.Unconfirmed).ShouldBe(funnel.Recipients);
    }

    [Fact]
    public void Share_that_arrived_is_of_those_that_went()
    {
        var counts = new Dictionary<RecipientState, int>
        {
            [RecipientState.Sent] = 1,
            [RecipientState.Read] = 8,
            [RecipientState.Failed] = 1,
            [RecipientState.Skipped] = 90,
        };

        Funnel.Of(counts).DeliveredShare.ShouldBe(0.8);
        Funnel.Of(new Dictionary<RecipientState, int> { [RecipientState.Queued] = 5 }).DeliveredShare.ShouldBeNull();
    }
}
