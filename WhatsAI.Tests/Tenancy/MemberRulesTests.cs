using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Tenancy;

public sealed class MemberRulesTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TenantId _tenant = Id.New<TenantId>(_now);

    [Theory]
    [InlineData(Role.Owner, Role.Agent, Role.Owner, null)]
    [InlineData(Role.Owner, Role.Owner, Role.Agent, null)]
    [InlineData(Role.Admin, Role.Agent, Role.Admin, null)]
    [InlineData(Role.Admin, Role.Admin, Role.Agent, null)]
    [InlineData(Role.Admin, Role.Agent, Role.Owner, "member.role-above-yours")]
    [InlineData(Role.Admin, Role.Owner, Role.Agent, "member.above-you")]
    [InlineData(Role.Manager, Role.Agent, Role.Agent, "permission.missing")]
    [InlineData(Role.Agent, Role.Agent, Role.Manager, "permission.missing")]
    public void Role_is_given_up_to_ones_own_and_to_nobody_above(Role by, Role was, Role becomes, string? refused)
    {
        var target = Member(was);

        Should(() => target.ChangeRole(Member(by), becomes, owners: 2), refused);

        target.Role.ShouldBe(refused is null ? becomes : was);
    }

    [Theory]
    [InlineData(Role.Owner, Role.Admin, 2, null)]
    [InlineData(Role.Admin, Role.Agent, 1, null)]
    [InlineData(Role.Owner, Role.Admin, 1, "member.last-owner")]
    [InlineData(Role.Admin, Role.Owner, 1, "member.role-above-yours")]
    public void Ones_own_role_may_only_be_lowered_and_an_owner_stays(Role was, Role becomes, int owners, string? refused)
    {
        var me = Member(was);

        Should(() => me.ChangeRole(me, becomes, owners), refused);
    }

    [Fact]
    public void Nobody_disables_enables_or_removes_himself()
    {
        var me = Member(Role.Owner);

        Should(() => me.Disable(me, 2, _now), "member.not-yourself");
        Should(() => me.Enable(me), "member.not-yourself");
        Should(() => me.DemandRemovable(me, 2), "member.not-yourself");
        Should(() => me.ChooseNumbers(me, all: true), "member.not-yourself");
    }

    [Theory]
    [InlineData(Role.Admin, Role.Owner, 2, "member.above-you")]
    [InlineData(Role.Owner, Role.Owner, 1, "member.last-owner")]
    [InlineData(Role.Owner, Role.Owner, 2, null)]
    [InlineData(Role.Admin, Role.Admin, 1, null)]
    public void Disabling_and_removing_keep_to_the_ranks_and_leave_an_owner(Role by, Role target, int owners, string? refused)
    {
        Should(() => Member(target).Disable(Member(by), owners, _now), refused);
        Should(() => Member(target).DemandRemovable(Member(by), owners), refused);
    }

    [Fact]
    public void Disabled_member_changes_nobody()
    {
        var by = Member(Role.Admin);
        by.Disable(Member(Role.Owner), 1, _now);

        Should(() => Member(Role.Agent).Disable(by, 1, _now), "permission.missing");
        Should(() => Invite(by, Role.Agent), "permission.missing");
    }

    [Fact]
    public void Member_of_another_company_changes_nobody() =>
        Should(
            () => Member(Role.Agent).Enable(new Membership(Id.New<TenantId>(_now), Id.New<UserId>(_now), Role.Owner, _now)),
            "permission.missing"
        );

    [Theory]
    [InlineData(Role.Admin, true)]
    [InlineData(Role.Owner, true)]
    [InlineData(Role.Manager, false)]
    [InlineData(Role.Agent, false)]
    public void Who_gives_out_numbers_sees_them_all(Role role, bool always)
    {
        var target = Member(role);

        Should(() => target.ChooseNumbers(Member(Role.Owner), all: false), always ? "member.sees-every-number" : null);

        target.SeesAllNumbers.ShouldBe(always);
        var raised = Member(Role.Agent);
        raised.ChooseNumbers(Member(Role.Owner), all: false);
        raised.ChangeRole(Member(Role.Owner), role, 1);
        raised.SeesAllNumbers.ShouldBe(always);
    }

    [Theory]
    [InlineData(Role.Admin, Role.Owner, "member.role-above-yours")]
    [InlineData(Role.Admin, Role.Admin, null)]
    [InlineData(Role.Manager, Role.Agent, "permission.missing")]
    public void Invitation_gives_no_more_than_its_maker_has(Role by, Role role, string? refused) =>
        Should(() => Invite(Member(by), role), refused);

    [Fact]
    public void Invitation_is_good_once_for_seven_days_and_while_its_maker_may_invite()
    {
        var by = Member(Role.Admin);
        var user = Id.New<UserId>(_now);

        var invitation = Invite(by, Role.Admin, "bia@aurora.example");
        invitation.IsGood(by, _now.AddDays(7).AddSeconds(-1)).ShouldBeTrue();
        Should(() => invitation.Accept(by, user, "bia@aurora.example", _now.AddDays(7)), "invitation.gone");
        Should(() => invitation.Accept(null, user, "bia@aurora.example", _now), "invitation.gone");
        Should(() => invitation.Accept(by, user, "caio@aurora.example", _now), "invitation.for-another");
        invitation.Revoke(by, _now);
        Should(() => invitation.Accept(by, user, "bia@aurora.example", _now), "invitation.gone");
        invitation.Restore(by);

        var member = invitation.Accept(by, user, "BIA@aurora.example", _now);
        (member.TenantId, member.UserId, member.Role).ShouldBe((_tenant, user, Role.Admin));
        Should(() => invitation.Accept(by, user, "bia@aurora.example", _now), "invitation.gone");
        Should(() => invitation.Revoke(by, _now), "invitation.accepted");

        by.ChangeRole(Member(Role.Owner), Role.Manager, 1);
        Invite(Member(Role.Owner), Role.Agent).IsGood(by, _now).ShouldBeFalse("another's right");
        var demoted = Member(Role.Admin);
        var late = Invite(demoted, Role.Agent);
        demoted.ChangeRole(demoted, Role.Manager, 1);
        late.IsGood(demoted, _now).ShouldBeFalse();
    }

    private static Invitation Invite(Membership by, Role role, string? email = null) =>
        new(Id.New<InvitationId>(_now), by, [1], email, role, null, _now);

    private static Membership Member(Role role) => new(_tenant, Id.New<UserId>(_now), role, _now);

    private static void Should(Action act, string? refused)
    {
        if (refused is null)
        {
            act.ShouldNotThrow();
        }
        else
        {
            act.ShouldThrow<RuleException>().Key.ShouldBe(refused);
        }
    }
}
