using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class GatewayIncidentTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T14:02", SaoPaulo);
    private static readonly Dictionary<GatewayServerId, DateTimeOffset> _allAnswer = [];

    [Fact]
    public void Eighteen_of_twenty_are_one_incident_of_the_server()
    {
        var numbers = Fallen(18, Verdict.Dead).Concat(Well(19, 2));

        var incident = GatewayIncident.Find(numbers, _allAnswer).ShouldHaveSingleItem();

        (incident.Server, incident.Fallen.Count, incident.Of, incident.Since).ShouldBe((Server(1), 18, 20, _now));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 3)]
    [InlineData(11, 9)]
    public void Few_or_a_minority_are_their_own_trouble(int fallen, int well) =>
        GatewayIncident.Find(Fallen(fallen, Verdict.Dead).Concat(Well(50, well)), _allAnswer).ShouldBeEmpty();

    [Fact]
    public void What_fell_over_an_hour_did_not_fall_together()
    {
        var slowly = Enumerable.Range(1, 9).Select(n => new NumberFall(Number(n), Server(1), Verdict.Dead, _now.AddMinutes(n * 10)));

        GatewayIncident.Find(slowly, _allAnswer).ShouldBeEmpty();
    }

    [Fact]
    public void Bans_are_the_numbers_own()
    {
        GatewayIncident.Find(Fallen(20, Verdict.Banned), _allAnswer).ShouldBeEmpty();
        GatewayIncident.Find(Fallen(20, Verdict.Restricted), _allAnswer).ShouldBeEmpty();
    }

    [Fact]
    public void Numbers_whose_messages_nobody_confirms_any_more_fell_together() =>
        GatewayIncident
            .Find(Fallen(18, Verdict.Restricted).Select(n => n with { IsConcluded = true }).Concat(Well(19, 2)), _allAnswer)
            .ShouldHaveSingleItem()
            .Fallen.Count.ShouldBe(18);

    [Fact]
    public void Numbers_that_came_from_another_server_and_wait_for_a_scan_did_not_fall_here() =>
        GatewayIncident
            .Find(Fallen(18, Verdict.LoggedOut).Select(n => n with { HasMoved = true }).Concat(Well(19, 2)), _allAnswer)
            .ShouldBeEmpty();

    [Fact]
    public void Server_that_does_not_answer_is_an_incident_with_one_number()
    {
        var incident = GatewayIncident
            .Find(Well(1, 1), new Dictionary<GatewayServerId, DateTimeOffset> { [Server(1)] = _now.AddMinutes(-3) })
            .ShouldHaveSingleItem();

        (incident.Unreachable, incident.Since).ShouldBe((true, _now.AddMinutes(-3)));
    }

    [Fact]
    public void Servers_are_told_apart()
    {
        var numbers = Fallen(2, Verdict.Dead).Concat(Fallen(2, Verdict.Dead).Select(n => n with { Server = Server(2) }));

        GatewayIncident.Find(numbers, _allAnswer).ShouldBeEmpty();
    }

    private static IEnumerable<NumberFall> Fallen(int count, Verdict verdict) =>
        Enumerable.Range(1, count).Select(n => new NumberFall(Number(n), Server(1), verdict, _now.AddSeconds(n - 1)));

    private static IEnumerable<NumberFall> Well(int from, int count) =>
        Enumerable.Range(from, count).Select(n => new NumberFall(Number(n), Server(1), Verdict.Healthy, _now.AddDays(-1)));
}
