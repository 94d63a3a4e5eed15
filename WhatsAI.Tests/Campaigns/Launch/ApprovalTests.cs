using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Tenancy;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Launch;

public sealed class ApprovalTests
{
    private static readonly UserId _ana = new(Guid.NewGuid());
    private static readonly UserId _bia = new(Guid.NewGuid());
    private static readonly ApprovalPolicy _policy = new(Above: 10_000);
    private static readonly LaunchCase _case = new(_ana, _bia, "print", 12_000);
    private static readonly LaunchApproval _word = new(new UserId(Guid.NewGuid()), Now.AddDays(-1), "print", 12_000);

    [Fact]
    public void One_person_launches_alone_up_to_the_limit()
    {
        ApprovalRule.Decide(new ApprovalPolicy(), _case, null, Now).ShouldBe(new ApprovalDecision.NotNeeded());
        ApprovalRule.Decide(_policy, _case with { People = 10_000 }, null, Now).ShouldBe(new ApprovalDecision.NotNeeded());
        ApprovalRule.Decide(_policy, _case with { People = 10_001 }, null, Now).ShouldBe(new ApprovalDecision.Missing("approval.none"));
    }

    [Fact]
    public void Second_persons_word_holds_for_what_was_shown()
    {
        ApprovalRule.Decide(_policy, _case, _word, Now).ShouldBe(new ApprovalDecision.Given(_word));
        Missing(_word with { Print = "other" }).ShouldBe("approval.changed");
        Missing(_word with { People = 11_000 }).ShouldBe("approval.grown");
        ApprovalRule.Decide(_policy, _case, _word with { People = 11_500 }, Now).ShouldBeOfType<ApprovalDecision.Given>();
        Missing(_word with { At = Now.AddDays(-8) }).ShouldBe("approval.old");
    }

    [Fact]
    public void Nobody_is_his_own_second_person()
    {
        Missing(_word with { By = _ana }).ShouldBe("approval.own");
        Missing(_word with { By = _bia }).ShouldBe("approval.own");
    }

    [Fact]
    public void Print_changes_with_anything_that_was_shown()
    {
        string[][] shown =
        [
            ["a", "b"],
            ["ab"],
            ["b", "a"],
            ["a", "b", ""],
            ["1:a", "b"],
        ];

        shown.Select(LaunchPrint.Of).ShouldBeUnique();
        LaunchPrint.Of(shown[0]).ShouldBe(LaunchPrint.Of(["a", "b"]));
    }

    private static string Missing(LaunchApproval approval) =>
        ApprovalRule.Decide(_policy, _case, approval, Now).ShouldBeOfType<ApprovalDecision.Missing>().Key;
}
