using WhatsAI.Core.Campaigns.Guards;

namespace WhatsAI.Tests.Campaigns.Guards;

public sealed class AutoPauseTests
{
    [Theory]
    [InlineData(1_000, 50, 20, 0, true)]
    [InlineData(1_000, 51, 0, 0, false)]
    [InlineData(1_000, 0, 21, 0, false)]
    [InlineData(1_000, 0, 0, 1, false)]
    [InlineData(5, 1, 1, 0, true)]
    public void Campaign_goes_on_below_the_thresholds(int sent, int failed, int optedOut, int blocks, bool goesOn) =>
        (AutoPause.Judge(new CampaignTally(sent, failed, optedOut, blocks), [], []) is null).ShouldBe(goesOn);

    [Fact]
    public void Pause_names_the_variant_without_which_all_would_be_well()
    {
        CampaignSlice[] slices =
        [
            new(SliceKind.Variant, "A", new CampaignTally(500, 0, 4)),
            new(SliceKind.Variant, "B", new CampaignTally(500, 0, 40)),
            new(SliceKind.Number, "1", new CampaignTally(600, 0, 26)),
            new(SliceKind.Number, "2", new CampaignTally(400, 0, 18)),
        ];

        var pause = AutoPause.Judge(new CampaignTally(1_000, 0, 44), slices, []).ShouldNotBeNull();

        pause.Causes.ShouldBe(["held.opt-outs"]);
        pause.Culprit.ShouldBe(new Culprit(SliceKind.Variant, "B", 0.08, 0.008));
    }

    [Fact]
    public void Pause_names_the_number_whose_messages_fail()
    {
        CampaignSlice[] slices =
        [
            new(SliceKind.Variant, "A", new CampaignTally(500, 50, 0)),
            new(SliceKind.Variant, "B", new CampaignTally(500, 52, 0)),
            new(SliceKind.Number, "1", new CampaignTally(100, 100, 0)),
            new(SliceKind.Number, "2", new CampaignTally(900, 2, 0)),
        ];

        AutoPause.Judge(new CampaignTally(1_000, 102, 0), slices, [])!.Culprit.ShouldBe(new Culprit(SliceKind.Number, "1", 1, 2d / 900));
    }

    [Fact]
    public void Where_all_parts_are_bad_the_campaign_itself_is_to_blame()
    {
        var whole = new CampaignTally(1_000, 0, 55);
        CampaignSlice[] both =
        [
            new(SliceKind.Variant, "A", new CampaignTally(500, 0, 30)),
            new(SliceKind.Variant, "B", new CampaignTally(500, 0, 25)),
        ];

        AutoPause.Judge(whole, both, [])!.Culprit.ShouldBeNull();
        AutoPause.Judge(whole, [new(SliceKind.Variant, "A", whole)], [])!.Culprit.ShouldBeNull("the only one is no culprit");
    }

    [Fact]
    public void Second_number_that_falls_stops_it_at_once_and_is_named()
    {
        CampaignSlice[] slices = [new(SliceKind.Number, "7", new CampaignTally(4, 0, 0))];

        AutoPause.Judge(new CampaignTally(10, 0, 0), slices, ["7"]).ShouldBeNull("the first is the failover's business");
        var pause = AutoPause.Judge(new CampaignTally(10, 0, 0), slices, ["7", "3"]);

        pause.ShouldNotBeNull().Causes.ShouldBe(["held.number-fell"]);
        pause.Culprit!.Key.ShouldBe("7");
    }
}
