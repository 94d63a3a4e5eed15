using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools.Alerts;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

/// <summary>An alert leads to what it is about.</summary>
public sealed class AlertLinkTests
{
    private static readonly Guid _subject = Guid.NewGuid();
    private static readonly PoolId _pool = new(Guid.NewGuid());

    public static TheoryData<AlertKind> Kinds => [.. Enum.GetValues<AlertKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bell_leads_to_record_pool_or_servers_and_of_a_number_to_what_is_said_of_it(AlertKind kind) =>
        AlertLooks
            .BellHref(Row(kind), ComponentContext.Shell)
            .ShouldBe(
                kind switch
                {
                    AlertKind.FailoverDone => $"/t/aurora/numbers/failovers/{_subject}",
                    AlertKind.NoBackup or AlertKind.CapacityShort or AlertKind.CampaignHeld => $"/t/aurora/numbers/pools/{_pool}",
                    AlertKind.GatewayDown or AlertKind.NumbersFellTogether => "/t/aurora/settings/gateways",
                    _ => "/t/aurora/alerts",
                }
            );

    [Fact]
    public void Failover_leads_to_its_record_its_number_and_its_pool()
    {
        var row = Row(AlertKind.FailoverDone);

        AlertLooks.RecordHref(row, ComponentContext.Shell).ShouldBe($"/t/aurora/numbers/failovers/{_subject}");
        AlertLooks.NumberHref(row, ComponentContext.Shell).ShouldBe($"/t/aurora/numbers/{Number(1)}");
        AlertLooks.PoolHref(row, ComponentContext.Shell).ShouldBe($"/t/aurora/numbers/pools/{_pool}");
        AlertLooks.ServerHref(row, ComponentContext.Shell).ShouldBeNull();
    }

    [Fact]
    public void Nobody_is_led_where_he_may_not_go_nor_to_what_is_gone()
    {
        ShellContext agent = ComponentContext.Shell with { Permissions = RolePermissions.Of(Role.Agent) };

        AlertLooks.ServerHref(Row(AlertKind.GatewayDown), agent).ShouldBeNull();
        AlertLooks.BellHref(Row(AlertKind.GatewayDown), agent).ShouldBe("/t/aurora/alerts");
        AlertLooks.PoolHref(Row(AlertKind.NoBackup) with { PoolName = null }, agent).ShouldBeNull();
        AlertLooks.RecordHref(Row(AlertKind.Banned), agent).ShouldBeNull();
    }

    private static AlertRow Row(AlertKind kind)
    {
        var (isOfNumber, isOfServer) = (kind.IsOfNumber() || kind == AlertKind.FailoverDone, kind.IsOfServer());
        var isOfPool = !kind.IsOfNumber() && !isOfServer;
        var said = new WantedAlert(new AlertKey(kind, _subject)) { Number = isOfNumber ? Number(1) : null, Pool = isOfPool ? _pool : null };
        return new AlertRow(
            new AlertId(Guid.NewGuid()),
            kind.Level(),
            said,
            isOfNumber ? "Loja Centro" : null,
            null,
            isOfPool ? "Vendas" : null,
            isOfServer ? "Servidor Um" : null,
            DateTimeOffset.UnixEpoch,
            null,
            null,
            null
        );
    }
}
