using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Planning;
using static WhatsAI.Tests.Instances.Pools.PoolMembers;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

public sealed class AlertTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);
    private static readonly WantedAlert _banned = new(new AlertKey(AlertKind.Banned, Number(1).Value), _now, "closed.403");
    private static readonly WantedAlert _flaps = new(new AlertKey(AlertKind.Flapping, Number(1).Value), _now, "closed.440");
    private static readonly PoolFacts _well = new(
        new PoolId(Guid.NewGuid()),
        [Member(1, MemberRole.Active), Member(2, MemberRole.Backup)],
        [],
        null,
        null,
        [],
        []
    );

    [Fact]
    public void Alert_is_raised_once_reworded_and_cleared()
    {
        AlertDiff.Of([], [_banned], _now).ShouldBe([new AlertChange.Raise(_banned)]);
        AlertDiff.Of([new OpenAlert(_banned, null)], [_banned], _now).ShouldBeEmpty();
        var done = _banned with { Done = "failover.promoted" };
        AlertDiff.Of([new OpenAlert(_banned, null)], [done], _now).ShouldBe([new AlertChange.Reword(done)]);
        AlertDiff.Of([new OpenAlert(_banned, null)], [], _now).ShouldBe([new AlertChange.Clear(_banned.Key)]);
    }

    [Fact]
    public void Of_two_reasons_for_one_alert_the_one_that_began_first_is_told()
    {
        var later = _banned with { Since = _now.AddMinutes(1), Cause = "error.ban" };

        AlertDiff.Of([], [later, _banned], _now).ShouldBe([new AlertChange.Raise(_banned)]);
        AlertDiff.Of([new OpenAlert(_banned, null)], [_banned, later], _now).ShouldBeEmpty();
    }

    [Fact]
    public void What_comes_and_goes_is_told_once()
    {
        AlertDiff.Of([new OpenAlert(_flaps, null)], [], _now).ShouldBe([new AlertChange.Fade(_flaps.Key, _now)]);
        var fading = new OpenAlert(_flaps, _now);
        AlertDiff.Of([fading], [], _now.AddMinutes(9)).ShouldBeEmpty();
        AlertDiff.Of([fading], [_flaps], _now.AddMinutes(9)).ShouldBe([new AlertChange.Return(_flaps)]);
        AlertDiff.Of([fading], [], _now.AddMinutes(10)).ShouldBe([new AlertChange.Clear(_flaps.Key)]);
    }

    [Fact]
    public void After_its_changes_were_written_there_is_no_difference() =>
        Prop.ForAll(
                Gen.Choose(0, 1_000_000).ToArbitrary(),
                seed =>
                {
                    var random = new Random(seed);
                    WantedAlert[] Some() =>
                        [
                            .. Enumerable
                                .Range(0, random.Next(6))
                                .Select(_ =>
                                    _banned with
                                    {
                                        Key = new AlertKey((AlertKind)random.Next(13), Number(random.Next(3)).Value),
                                        Since = _now.AddMinutes(random.Next(3)),
                                    }
                                ),
                        ];
                    var wanted = Some();
                    OpenAlert[] open =
                    [
                        .. Some().DistinctBy(w => w.Key).Select(w => new OpenAlert(w, random.Next(2) == 0 ? null : _now.AddMinutes(-5))),
                    ];
                    return AlertDiff.Of(Written(open, AlertDiff.Of(open, wanted, _now)), wanted, _now).Count == 0;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Verdict.Banned, AlertKind.Banned, AlertLevel.Critical)]
    [InlineData(Verdict.Restricted, AlertKind.Restricted, AlertLevel.Critical)]
    [InlineData(Verdict.LoggedOut, AlertKind.LoggedOut, AlertLevel.Critical)]
    [InlineData(Verdict.Dead, AlertKind.Disconnected, AlertLevel.Critical)]
    [InlineData(Verdict.Flapping, AlertKind.Flapping, AlertLevel.Warning)]
    public void Verdict_of_a_number_is_an_alert_that_names_it(Verdict verdict, AlertKind kind, AlertLevel level)
    {
        var alert = Wanted(_well with { Members = [Member(1, MemberRole.Active, verdict), Member(2, MemberRole.Backup)] })
            .ShouldHaveSingleItem();

        alert.Key.ShouldBe(new AlertKey(kind, Number(1).Value));
        (alert.Key.Kind.Level(), alert.Cause).ShouldBe((level, ReasonKey.Of(verdict)));
    }

    [Fact]
    public void Well_unknown_and_retired_numbers_raise_nothing() =>
        Wanted(
                _well with
                {
                    Members =
                    [
                        Member(1, MemberRole.Active),
                        Member(2, MemberRole.Backup, Verdict.Unknown),
                        Member(3, MemberRole.Retired, Verdict.Banned),
                    ],
                }
            )
            .ShouldBeEmpty();

    [Fact]
    public void Incident_of_a_server_is_one_alert_and_not_one_of_each_number()
    {
        MemberFacts[] members =
        [
            Member(1, MemberRole.Active, Verdict.Dead),
            Member(2, MemberRole.Backup, Verdict.Dead),
            Member(3, MemberRole.Active, Verdict.Banned),
        ];
        var incident = new GatewayIncident(Server(1), _now, [Number(1), Number(2), Number(3)], 3, Unreachable: false);

        AlertRules
            .OfServers([incident])
            .Single()
            .ShouldBe(new WantedAlert(new AlertKey(AlertKind.NumbersFellTogether, Server(1).Value), _now, Count: 3, Of: 3));
        AlertRules
            .OfPool(_well with { Members = members }, [incident], _now)
            .Select(a => a.Key.Kind)
            .ShouldBe([AlertKind.Banned, AlertKind.NoBackup], "WhatsApp's own word about a number is told all the same");
    }

    [Theory]
    [InlineData(Verdict.LoggedOut, 3, false)]
    [InlineData(Verdict.LoggedOut, 4, true)]
    [InlineData(Verdict.Flapping, 0, false)]
    [InlineData(Verdict.Banned, 0, true)]
    public void Number_that_fell_is_told_only_when_it_shows_whether_others_of_its_server_fell_too(Verdict verdict, int seconds, bool told)
    {
        var member = Member(1, MemberRole.Active, verdict) with { Finding = Finding(verdict, _now.AddSeconds(-seconds)) };

        Wanted(_well with { Members = [member, Member(2, MemberRole.Backup)] }).Count.ShouldBe(told ? 1 : 0);
        AlertRules.OfLoose([member], [], _now).Count().ShouldBe(told ? 1 : 0);
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(81, true)]
    public void Over_four_fifths_of_a_cap_is_a_warning(int sent, bool warned) =>
        Wanted(_well with { Capacities = [new NumberCapacity(Number(1), 100, sent, 100 - sent)] })
            .Any(a => a.Key.Kind == AlertKind.CapNear)
            .ShouldBe(warned);

    [Fact]
    public void What_was_done_about_a_number_is_said_with_it()
    {
        var facts = _well with
        {
            Members = [Member(1, MemberRole.Quarantined, Verdict.Banned), Member(2, MemberRole.Backup)],
            Failovers = [new DoneFailover(Guid.NewGuid(), Number(1), "failover.promoted", _now.AddMinutes(-1))],
        };

        var alerts = Wanted(facts);

        alerts.Select(a => a.Key.Kind).ShouldBe([AlertKind.Banned, AlertKind.FailoverDone]);
        alerts[0].Done.ShouldBe("failover.promoted");
        Wanted(facts with { Failovers = [facts.Failovers[0] with { At = _now.AddDays(-1) }] }).Count.ShouldBe(1);
    }

    [Fact]
    public void What_was_done_about_an_earlier_failure_is_not_said_of_a_new_one()
    {
        DoneFailover Done(int minutes, string key) => new(Guid.NewGuid(), Number(1), key, _now.AddMinutes(minutes), Number(2));
        var facts = _well with
        {
            Members =
            [
                Member(1, MemberRole.Active, Verdict.Banned) with
                {
                    Finding = Finding(Verdict.Banned, _now.AddMinutes(-5)),
                },
                Member(2, MemberRole.Backup),
            ],
            Failovers = [Done(-60, "failover.promoted")],
        };

        var alert = Wanted(facts)[0];
        (alert.Key.Kind, alert.Done, alert.Other).ShouldBe((AlertKind.Banned, null, null));

        var since = facts with { Failovers = [.. facts.Failovers, Done(-5, "failover.nobody"), Done(-1, "failover.no-backup")] };
        Wanted(since)[0].Done.ShouldBe("failover.no-backup", "the last one");
    }

    [Fact]
    public void Pool_without_a_fit_backup_is_told_of_unless_it_has_one_number_only_or_none_that_sends()
    {
        bool Told(params MemberFacts[] members) => Wanted(_well with { Members = members }).Any(a => a.Key.Kind == AlertKind.NoBackup);

        Told(Member(1, MemberRole.Active), Member(2, MemberRole.Active)).ShouldBeTrue();
        Told(Member(1, MemberRole.Active), Member(2, MemberRole.Backup, Verdict.Flapping)).ShouldBeTrue();
        Told(Member(1, MemberRole.Active)).ShouldBeFalse("nobody made a pool of one for its backup");
        Told(Member(1, MemberRole.Active), Member(2, MemberRole.Retired)).ShouldBeFalse();
        Told(Member(1, MemberRole.Warming), Member(2, MemberRole.Warming)).ShouldBeFalse();
    }

    [Fact]
    public void Plans_shortage_and_held_campaigns_are_told()
    {
        var held = new HeldCampaign(Guid.NewGuid(), "held.blocks", _now, 40);
        var facts = _well with
        {
            Announced = new RotationPlan(Number(1), Number(2), new DateOnly(2026, 11, 19)),
            Overload = new OverloadPlan(120, _now.AddDays(2), []),
            Held = [held],
        };

        Wanted(facts).Single(a => a.Key.Kind == AlertKind.RotationPlanned).On.ShouldBe(new DateOnly(2026, 11, 19));
        Wanted(facts)
            .Select(a => (a.Key.Kind, a.Key.Kind.Level()))
            .ShouldBe([
                (AlertKind.CapacityShort, AlertLevel.Warning),
                (AlertKind.RotationPlanned, AlertLevel.Info),
                (AlertKind.CampaignHeld, AlertLevel.Critical),
            ]);
    }

    private static IReadOnlyList<WantedAlert> Wanted(PoolFacts facts) => [.. AlertRules.OfPool(facts, [], _now)];

    private static OpenAlert[] Written(OpenAlert[] open, IReadOnlyList<AlertChange> changes)
    {
        var rows = open.ToDictionary(o => o.Alert.Key);
        foreach (var change in changes)
        {
            switch (change)
            {
                case AlertChange.Raise raise:
                    rows.Add(raise.Key, new OpenAlert(raise.Alert, null));
                    break;
                case AlertChange.Reword reword:
                    rows[reword.Key] = new OpenAlert(reword.Alert, null);
                    break;
                case AlertChange.Return back:
                    rows[back.Key] = new OpenAlert(back.Alert, null);
                    break;
                case AlertChange.Fade fade:
                    rows[fade.Key] = rows[fade.Key] with { GoneSince = fade.GoneSince };
                    break;
                default:
                    rows.Remove(change.Key);
                    break;
            }
        }

        return [.. rows.Values];
    }
}
