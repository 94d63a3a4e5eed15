using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Standbys;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Instances.Standbys;

public sealed class StandbyRulesTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, 2, true, false)]
    [InlineData(3, 3, true, true)]
    [InlineData(3, 9, false, false)]
    [InlineData(null, 60, true, false)]
    public void Number_moves_after_so_many_failed_probes_and_only_where_the_other_server_answers(
        int? after,
        int failed,
        bool answers,
        bool moves
    ) => StandbyRules.Moves(after, failed, answers).ShouldBe(moves);

    [Theory]
    [InlineData(InstanceState.Open, LinkState.Open, true, OldSession.Remove)]
    [InlineData(InstanceState.Open, LinkState.Closed, false, OldSession.Remove)]
    [InlineData(InstanceState.LoggedOut, LinkState.Open, true, OldSession.Return)]
    [InlineData(InstanceState.LoggedOut, LinkState.Open, false, OldSession.Leave)]
    [InlineData(InstanceState.LoggedOut, LinkState.Connecting, true, OldSession.Leave)]
    [InlineData(InstanceState.Open, null, true, OldSession.Gone)]
    public void Old_session_ends_once_the_number_is_linked_and_is_gone_back_to_while_it_is_not(
        InstanceState here,
        LinkState? there,
        bool byItself,
        OldSession expected
    ) => StandbyRules.Of(here, there, byItself).ShouldBe(expected);

    [Theory]
    [InlineData(2)]
    [InlineData(61)]
    public void Probes_are_between_three_and_sixty(int after) =>
        Should.Throw<RuleException>(() => New(after)).Key.ShouldBe("standby.probes-invalid");

    [Fact]
    public void Own_server_is_no_standby()
    {
        var number = Number(out var server);

        Should.Throw<RuleException>(() => new Standby(number, server, after: null, _now)).Key.ShouldBe("standby.same-server");
    }

    private static Standby New(int? after) => new(Number(out _), Id.New<GatewayServerId>(_now), after, _now);

    private static Instance Number(out GatewayServerId server)
    {
        server = Id.New<GatewayServerId>(_now);
        return new Instance(Id.New<InstanceId>(_now), Id.New<TenantId>(_now), server, "Vendas", "", _now);
    }
}
