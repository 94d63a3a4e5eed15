using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolMembers;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools;

public sealed class PoolSupervisionTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);

    [Theory]
    [InlineData(Verdict.Banned)]
    [InlineData(Verdict.Restricted)]
    [InlineData(Verdict.LoggedOut)]
    [InlineData(Verdict.Dead)]
    [InlineData(Verdict.Flapping)]
    public void Active_number_that_fails_is_failed_over(Verdict verdict) =>
        Steps(Member(1, MemberRole.Active, verdict)).ShouldHaveSingleItem().ShouldBeOfType<SupervisionStep.FailOver>();

    [Theory]
    [InlineData(Verdict.Healthy)]
    [InlineData(Verdict.Unknown)]
    [InlineData(Verdict.Degraded)]
    public void Active_number_that_works_somehow_stays(Verdict verdict) => Steps(Member(1, MemberRole.Active, verdict)).ShouldBeEmpty();

    [Fact]
    public void Backup_that_fails_is_taken_out_and_calls_nobody()
    {
        Steps(Member(1, MemberRole.Backup, Verdict.Banned))
            .ShouldBe([new SupervisionStep.Change(Number(1), MemberRole.Quarantined, RoleCause.Failed, "banned")]);
        Steps(Member(1, MemberRole.Warming, Verdict.Flapping))
            .ShouldBe([new SupervisionStep.Change(Number(1), MemberRole.Quarantined, RoleCause.Flapping, "flapping")]);
    }

    [Fact]
    public void Incident_of_a_server_excuses_its_numbers_but_not_from_a_ban()
    {
        var members = new[]
        {
            Member(1, MemberRole.Active, Verdict.Dead),
            Member(2, MemberRole.Backup, Verdict.LoggedOut),
            Member(3, MemberRole.Active, Verdict.Banned),
        };

        PoolSupervision.Steps(members, [Server(1)], _now).Select(s => s.Instance).ShouldBe([Number(3)]);
    }

    [Fact]
    public void What_WhatsApp_did_not_say_itself_is_acted_on_once_the_other_numbers_of_its_server_had_time_to_fall()
    {
        var fell = Member(1, MemberRole.Active) with { Finding = Finding(Verdict.LoggedOut, _now.AddSeconds(-3)) };

        Steps(fell).ShouldBeEmpty();
        Steps(fell with { Finding = Finding(Verdict.LoggedOut, _now.AddSeconds(-4)) }).ShouldHaveSingleItem();
        Steps(fell with { Finding = Finding(Verdict.Banned, _now) }).ShouldHaveSingleItem();
    }

    [Fact]
    public void Silence_of_a_servers_numbers_is_excused_like_their_fall()
    {
        var deaf = Member(1, MemberRole.Active) with { Finding = new Finding(Verdict.Restricted, "ack-gap", _now.AddMinutes(-9)) };

        PoolSupervision.Steps([deaf], [Server(1)], _now).ShouldBeEmpty();
        PoolSupervision.Steps([deaf], [], _now).ShouldHaveSingleItem();
    }

    [Fact]
    public void Warm_number_becomes_a_backup_once_it_is_proven_well()
    {
        Steps(Member(1, MemberRole.Warming)).ShouldBe([new SupervisionStep.Change(Number(1), MemberRole.Backup, RoleCause.WarmedUp)]);
        Steps(Member(1, MemberRole.Warming) with { IsWarm = false }).ShouldBeEmpty();
        Steps(Member(1, MemberRole.Warming, Verdict.Unknown)).ShouldBeEmpty();
    }

    [Fact]
    public void Quarantine_ends_when_the_back_off_is_over_and_the_number_stayed_well()
    {
        var well = Member(1, MemberRole.Quarantined) with { RoleCause = RoleCause.Flapping, QuietUntil = _now };

        Steps(well).ShouldBe([new SupervisionStep.Change(Number(1), MemberRole.Backup, RoleCause.Recovered)]);
        Steps(well with { IsWarm = false }).ShouldBe([new SupervisionStep.Change(Number(1), MemberRole.Warming, RoleCause.Recovered)]);
        Steps(well with { QuietUntil = _now.AddSeconds(1) }).ShouldBeEmpty();
        Steps(well with { Finding = Finding(Verdict.Healthy, _now.AddMinutes(-9)) }).ShouldBeEmpty("nine minutes are not calm yet");
        Steps(well with { RoleCause = RoleCause.ByPerson }).ShouldBeEmpty("a person put it there");
        Steps(well with { Finding = Finding(Verdict.Unknown, _now.AddDays(-1)) }).ShouldBeEmpty();
    }

    [Fact]
    public void Back_off_doubles_up_to_six_hours()
    {
        Enumerable.Range(1, 9).Select(r => Quarantine.For(r).TotalMinutes).ShouldBe([5, 10, 20, 40, 80, 160, 320, 360, 360]);
    }

    [Fact]
    public void Qr_is_asked_for_only_while_somebody_looks()
    {
        Quarantine.MayAskForQr(_now.AddSeconds(30), null, _now).ShouldBeTrue();
        Quarantine.MayAskForQr(null, null, _now).ShouldBeFalse();
        Quarantine.MayAskForQr(_now, null, _now).ShouldBeFalse();
        Quarantine.MayAskForQr(_now.AddSeconds(30), _now.AddSeconds(1), _now).ShouldBeFalse();
    }

    private static IReadOnlyList<SupervisionStep> Steps(MemberFacts member) => PoolSupervision.Steps([member], [], _now);
}
