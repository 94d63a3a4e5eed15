using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolMembers;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

public sealed class RotationTests
{
    private static readonly DateTimeOffset _served = At("2026-11-01T15:00", SaoPaulo);
    private static readonly MemberFacts[] _members =
    [
        Member(1, MemberRole.Active) with
        {
            RoleSince = _served,
        },
        Member(2, MemberRole.Active) with
        {
            RoleSince = _served.AddDays(3),
        },
        Member(3, MemberRole.Backup),
    ];

    [Fact]
    public void Change_is_announced_the_day_before_and_done_on_its_day()
    {
        var pool = Pool();

        Next(pool, "2026-11-13T23:59").ShouldBe(new RotationStep.None("rotation.not-due"));
        var announce = Next(pool, "2026-11-14T00:01").ShouldBeOfType<RotationStep.Announce>();
        announce.Plan.ShouldBe(new RotationPlan(Number(1), Number(3), new DateOnly(2026, 11, 15)));
        pool.Announce(announce.Plan);
        Next(pool, "2026-11-14T23:59").ShouldBe(new RotationStep.Await(announce.Plan));
        Next(pool, "2026-11-15T00:00").ShouldBe(new RotationStep.Perform(announce.Plan));
    }

    [Fact]
    public void Console_that_was_down_announces_before_it_changes_anything()
    {
        var pool = Pool();

        var announce = Next(pool, "2026-11-30T12:00").ShouldBeOfType<RotationStep.Announce>();
        announce.Plan.On.ShouldBe(new DateOnly(2026, 12, 1));
        pool.Announce(announce.Plan);
        Next(pool, "2026-12-04T12:00").ShouldBe(new RotationStep.Perform(announce.Plan), "what was announced is made up for");
    }

    [Fact]
    public void Backup_that_failed_since_is_replaced_and_the_rest_stands()
    {
        var pool = Pool();
        pool.Announce(new RotationPlan(Number(1), Number(3), new DateOnly(2026, 11, 15)));
        MemberFacts[] members = [.. _members[..2], Member(3, MemberRole.Backup, Verdict.Banned), Member(4, MemberRole.Backup)];

        Rotation
            .Next(pool, members, troubled: false, At("2026-11-15T08:00", SaoPaulo), SaoPaulo)
            .ShouldBe(new RotationStep.Perform(new RotationPlan(Number(1), Number(4), new DateOnly(2026, 11, 15))));
    }

    [Fact]
    public void Nothing_is_changed_in_trouble_without_a_backup_or_where_it_gains_nothing()
    {
        var at = At("2026-11-20T12:00", SaoPaulo);
        var off = Pool();
        off.Rotate(0);

        Rotation.Next(Pool(), _members, troubled: true, at, SaoPaulo).ShouldBe(new RotationStep.None("rotation.troubled"));
        Rotation.Next(Pool(), _members[..2], false, at, SaoPaulo).ShouldBe(new RotationStep.None("rotation.no-backup"));
        Rotation.Next(off, _members, false, at, SaoPaulo).ShouldBe(new RotationStep.None("rotation.off"));
        Rotation.Next(Pool(official: true), _members, false, at, SaoPaulo).ShouldBe(new RotationStep.None("rotation.official"));
    }

    [Fact]
    public void Announcement_about_a_number_that_no_longer_serves_is_not_done()
    {
        var pool = Pool();
        pool.Announce(new RotationPlan(Number(1), Number(3), new DateOnly(2026, 11, 15)));
        MemberFacts[] members = [_members[0] with { Role = MemberRole.Quarantined }, _members[1], _members[2]];

        Rotation
            .Next(pool, members, troubled: false, At("2026-11-15T08:00", SaoPaulo), SaoPaulo)
            .ShouldBe(new RotationStep.None("rotation.not-due"));
    }

    private static RotationStep Next(Pool pool, string local) => Rotation.Next(pool, _members, false, At(local, SaoPaulo), SaoPaulo);
}
