using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Launch;

public sealed class LaunchCheckTests
{
    private static readonly LaunchFacts _good = new(
        [],
        HasMediaFile: true,
        Senders: 2,
        Audience(1_000),
        Schedule: null,
        new ApprovalDecision.NotNeeded(),
        Shown: 1_000,
        ShownAt: Now.AddMinutes(-5)
    );

    public static TheoryData<string, LaunchFacts> Obstacles =>
        new()
        {
            { "launch-bad.text", _good with { TextProblems = [new TemplateProblem("template-bad.empty", 0, 0)] } },
            { "launch-bad.file-gone", _good with { HasMediaFile = false } },
            { "launch-bad.no-numbers", _good with { Senders = 0 } },
            { "launch-bad.nobody", _good with { Audience = Audience(0), Shown = 0 } },
            { "launch-bad.time-over", _good with { Schedule = new CampaignSchedule(Now.UtcDateTime, "UTC") } },
            { "launch-bad.no-plan", _good with { Shown = null } },
            { "launch-bad.no-plan", _good with { ShownAt = Now.AddHours(-25) } },
            { "launch-bad.plan-changed", _good with { Audience = Audience(1_051) } },
            { "launch-bad.plan-changed", _good with { Audience = Audience(949) } },
            { "approval.none", _good with { Approval = new ApprovalDecision.Missing("approval.none") } },
        };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void Obstacle_is_told(string key, LaunchFacts facts) => LaunchCheck.Problems(facts, Now).ShouldBe([key]);

    [Fact]
    public void Campaign_about_as_large_as_shown_may_go()
    {
        LaunchCheck.Problems(_good, Now).ShouldBeEmpty();
        LaunchCheck.Problems(_good with { Audience = Audience(1_050) }, Now).ShouldBeEmpty();
        LaunchCheck.Problems(_good with { Schedule = new CampaignSchedule(Now.UtcDateTime.AddMinutes(1), "UTC") }, Now).ShouldBeEmpty();
    }

    [Fact]
    public void All_obstacles_are_told_at_once() =>
        LaunchCheck.Problems(_good with { Senders = 0, HasMediaFile = false, Shown = null }, Now).Count.ShouldBe(3);

    private static AudienceCount Audience(int included) => new(included, included, new Dictionary<Exclusion, int>());
}
