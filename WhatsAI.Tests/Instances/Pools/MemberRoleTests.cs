using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using static WhatsAI.Tests.Instances.Pools.PoolMembers;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

public sealed class MemberRoleTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);
    private static readonly UserId _ana = new(Guid.NewGuid());

    /// <summary>Every change there is; what is not written here is forbidden.</summary>
    private static readonly (MemberRole From, MemberRole To, RoleCause[] Causes)[] _allowed =
    [
        (MemberRole.Active, MemberRole.Backup, [RoleCause.ByPerson, RoleCause.Rotation]),
        (MemberRole.Active, MemberRole.Quarantined, [RoleCause.ByPerson, RoleCause.Failed, RoleCause.Flapping]),
        (MemberRole.Active, MemberRole.Retired, [RoleCause.ByPerson]),
        (MemberRole.Backup, MemberRole.Active, [RoleCause.ByPerson, RoleCause.Failover, RoleCause.Rotation]),
        (MemberRole.Backup, MemberRole.Warming, [RoleCause.ByPerson]),
        (MemberRole.Backup, MemberRole.Quarantined, [RoleCause.ByPerson, RoleCause.Failed, RoleCause.Flapping]),
        (MemberRole.Backup, MemberRole.Retired, [RoleCause.ByPerson]),
        (MemberRole.Warming, MemberRole.Active, [RoleCause.ByPerson]),
        (MemberRole.Warming, MemberRole.Backup, [RoleCause.ByPerson, RoleCause.WarmedUp]),
        (MemberRole.Warming, MemberRole.Quarantined, [RoleCause.ByPerson, RoleCause.Failed, RoleCause.Flapping]),
        (MemberRole.Warming, MemberRole.Retired, [RoleCause.ByPerson]),
        (MemberRole.Quarantined, MemberRole.Backup, [RoleCause.ByPerson, RoleCause.Recovered]),
        (MemberRole.Quarantined, MemberRole.Warming, [RoleCause.ByPerson, RoleCause.Recovered]),
        (MemberRole.Quarantined, MemberRole.Retired, [RoleCause.ByPerson]),
        (MemberRole.Retired, MemberRole.Warming, [RoleCause.ByPerson]),
    ];

    [Fact]
    public void Roles_change_only_along_the_table()
    {
        foreach (var from in Enum.GetValues<MemberRole>())
        {
            foreach (var to in Enum.GetValues<MemberRole>())
            {
                var causes = _allowed.Where(a => a.From == from && a.To == to).SelectMany(a => a.Causes).ToArray();
                Enum.GetValues<RoleCause>().Where(c => RoleRules.May(from, to, c)).ShouldBe(causes, ignoreOrder: true, $"{from} to {to}");
            }
        }
    }

    [Fact]
    public void Change_says_who_and_why()
    {
        var member = new PoolMember(Pool(), Number(1), MemberRole.Backup, _now);

        var change = member.Become(MemberRole.Active, RoleCause.Failover, null, _now.AddHours(1), "closed.403");

        change.ShouldBe(
            new RoleChange(Number(1), MemberRole.Backup, MemberRole.Active, RoleCause.Failover, null, _now.AddHours(1), "closed.403")
        );
        (member.Role, member.RoleSince, member.Cause, member.Detail).ShouldBe(
            (MemberRole.Active, _now.AddHours(1), RoleCause.Failover, "closed.403")
        );
    }

    [Fact]
    public void Forbidden_change_changes_nothing()
    {
        var member = new PoolMember(Pool(), Number(1), MemberRole.Backup, _now);
        member.Become(MemberRole.Quarantined, RoleCause.Failed, null, _now);

        Should
            .Throw<RuleException>(() => member.Become(MemberRole.Active, RoleCause.ByPerson, _ana, _now))
            .Key.ShouldBe("pool.role-forbidden");
        Should.Throw<RuleException>(
            () => member.Become(MemberRole.Backup, RoleCause.ByPerson, null, _now),
            "a person's change without the person"
        );
        Should.Throw<RuleException>(
            () => member.Become(MemberRole.Backup, RoleCause.Recovered, _ana, _now),
            "the system's change in a person's name"
        );
        (member.Role, member.Cause).ShouldBe((MemberRole.Quarantined, RoleCause.Failed));
    }

    [Fact]
    public void Nobody_begins_in_quarantine()
    {
        Should.Throw<RuleException>(() => new PoolMember(Pool(), Number(1), MemberRole.Quarantined, _now));
        Should.Throw<RuleException>(() => new PoolMember(Pool(), Number(1), MemberRole.Retired, _now));
    }

    [Fact]
    public void Menu_offers_what_is_allowed()
    {
        RoleRules.Choices(MemberRole.Quarantined).ShouldBe([MemberRole.Backup, MemberRole.Warming, MemberRole.Retired]);
        RoleRules.Choices(MemberRole.Retired).ShouldBe([MemberRole.Warming]);
    }

    [Fact]
    public void Official_pools_do_not_rotate()
    {
        Should.Throw<RuleException>(() => Pool(official: true).Rotate(14)).Key.ShouldBe("pool.rotation-invalid");
        Should.Throw<RuleException>(() => Pool().Rotate(1));
        Should.NotThrow(() => Pool().Rotate(0));
    }
}
