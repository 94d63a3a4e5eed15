using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Failover;

/// <summary>A drill is the real thing on numbers that are not, and leaves nothing behind.</summary>
public sealed class DrillTests
{
    private const string Sandbox = "http://127.0.0.1:9";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drill_is_played_and_put_back_with_the_persons_name()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Active, MemberRole.Backup);
        await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), alt: null));
        var actions = Actions(world, Role.Manager);

        var drill = await actions.DrillAsync(world.First.Instance, Ct);

        (await RolesAsync(world)).ShouldBe(["Quarantined", "Active", "Active"]);
        (await LinesAsync(world)).ShouldBe(["line.drill-to", "line.drill-from"], ignoreOrder: true);
        (await world.First.ScalarAsync<string>("SELECT started_by_name FROM failovers WHERE tenant_id = $1 AND is_drill")).ShouldBe(
            "Bruno"
        );
        (await Refusal(() => actions.DrillAsync(world.Numbers[1].Instance, Ct))).ShouldBe("drill.under-way");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => actions.EndDrillAsync(drill, Ct)));

        (await RolesAsync(world)).ShouldBe(["Active", "Active", "Backup"]);
        (await LinesAsync(world)).ShouldBe(
            ["line.drill-to", "line.drill-from", "line.drill-over-to", "line.drill-over-from"],
            ignoreOrder: true
        );
        (
            await world.First.ScalarAsync<long>("SELECT count(*) FROM pace_states WHERE tenant_id = $1 AND penalty_until IS NOT NULL")
        ).ShouldBe(0);
        (
            await world.First.ScalarAsync<string>(
                "SELECT status FROM conversation_heads WHERE tenant_id = $1 AND instance_id = $2",
                world.First.Instance.Value
            )
        ).ShouldBe("Open");
        await world.First.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Who_was_answered_or_blocked_stays_when_a_drill_ends_and_nobody_is_moved_by_it_afterwards()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        for (var i = 1; i <= 3; i++)
        {
            await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), $"551197777000{i}@s.whatsapp.net", alt: null));
        }

        var actions = Actions(world, Role.Manager);
        var drill = await actions.DrillAsync(world.First.Instance, Ct);
        var (done, blocked) = (await FailoverSteps.ThreadAsync(world, 1, 2), await FailoverSteps.ThreadAsync(world, 1, 3));
        await StatusAsync(done, "Resolved");
        await world.First.RunAsync("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1 AND id = $2", blocked.Value);

        await actions.EndDrillAsync(drill, Ct);

        (await OpenAsync(0)).ShouldBe(1);
        (
            await world.First.ScalarAsync<long>("SELECT count(*) FROM failover_conversations WHERE tenant_id = $1 AND returned_at IS NULL")
        ).ShouldBe(2);

        // The number is taken out by hand, for another reason, and one of them writes to the other number again.
        await world.First.RunAsync(
            "UPDATE pool_members SET role = 'Quarantined' WHERE tenant_id = $1 AND instance_id = $2",
            world.First.Instance.Value
        );
        await StatusAsync(done, "Open");
        await FailoverSteps.FollowAsync(world, 0);

        (await OpenAsync(0)).ShouldBe(1);

        Task StatusAsync(ConversationId thread, string status) =>
            world.First.RunAsync(
                "UPDATE conversation_heads SET status = $3 WHERE tenant_id = $1 AND conversation_id = $2",
                thread.Value,
                status
            );
        Task<long> OpenAsync(int number) =>
            world.First.ScalarAsync<long>(
                "SELECT count(*) FROM conversation_heads WHERE tenant_id = $1 AND instance_id = $2 AND status = 'Open'",
                world.Numbers[number].Instance.Value
            );
    }

    [Fact]
    public async Task Drill_is_refused_to_who_may_not_on_what_is_not_active_and_where_one_number_is_real()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);

        (await Refusal(() => Actions(world, Role.Agent).DrillAsync(world.First.Instance, Ct))).ShouldBe("permission.missing");
        (await Refusal(() => Actions(world, Role.Manager).DrillAsync(world.Numbers[1].Instance, Ct))).ShouldBe("drill.not-active");
        (await Refusal(() => Actions(world, Role.Manager, "http://127.0.0.1:10").DrillAsync(world.First.Instance, Ct))).ShouldBe(
            "drill.only-sandbox"
        );
        (await Refusal(() => Actions(world, Role.Manager).EndDrillAsync(new(Guid.NewGuid()), Ct))).ShouldBe("drill.gone");
        var other = await PoolWorld.CreateAsync(MemberRole.Active);
        (await Refusal(() => Actions(world, Role.Manager).DrillAsync(other.First.Instance, Ct))).ShouldBe("drill.not-active");
        (await world.First.CountAsync("failovers")).ShouldBe(0);
    }

    private static async Task<string> Refusal(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;

    private static FailoverActions Actions(PoolWorld world, Role role, string sandbox = Sandbox)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, Id.New<UserId>(DateTimeOffset.UtcNow), role, "Bruno");
        var run = new FailoverRun(world.First.Database, world.First.Clocks, world.First.Hub, new WorkSignal());
        return new FailoverActions(
            member,
            new DrillTools(world.First.Database, run, new DrillEnd(world.First.Database, run), world.First.Hub, new WorkSignal()),
            new SandboxOptions { Enabled = true, BaseAddress = sandbox },
            new ServiceCollection().AddOptions().BuildServiceProvider().GetRequiredService<IOptionsMonitor<SharedGatewayOptions>>()
        );
    }

    private static async Task<List<string>> RolesAsync(PoolWorld world)
    {
        var roles = new List<string>();
        for (var i = 0; i < world.Numbers.Count; i++)
        {
            roles.Add((await world.RoleAsync(i))!);
        }

        return roles;
    }

    private static Task<List<string>> LinesAsync(PoolWorld world) =>
        world.First.ListAsync(
            "SELECT body ->> 'key' FROM messages WHERE tenant_id = $1 AND kind = 'Line' ORDER BY sent_at, created_at, id"
        );
}
