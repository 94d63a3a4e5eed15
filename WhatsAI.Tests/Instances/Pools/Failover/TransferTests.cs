using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Tests.Inbox;
using WhatsAI.Tests.Messaging;
using static WhatsAI.Tests.Instances.Pools.Failover.FailoverSteps;

namespace WhatsAI.Tests.Instances.Pools.Failover;

/// <summary>Who goes on through the number that takes over, who stays, and what goes along.</summary>
public sealed class TransferTests
{
    private const string Hidden = "222333444555666@lid";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_who_is_in_conversation_goes_along()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        (int Customer, string Status, int LastHours, int? WaitsHours)[] people =
        [
            (1, "Open", 167, 167),
            (2, "Open", 169, 169),
            (3, "Pending", 23, null),
            (4, "Pending", 25, null),
            (5, "Resolved", 1, null),
            (6, "Snoozed", 1, null),
            (7, "Pending", 25, 25),
            (8, "Open", 25, null),
        ];
        foreach (var (customer, status, last, waits) in people)
        {
            await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), From(customer), alt: null));
            await world.First.RunAsync(
                """
                UPDATE conversation_heads SET status = $3, last_at = now() - $4 * interval '1 hour', last_inbound_at = now() - $4 * interval '1 hour',
                    waiting_since = now() - $5 * interval '1 hour' WHERE tenant_id = $1 AND conversation_id = $2
                """,
                (await ThreadAsync(world, 0, customer)).Value,
                status,
                last,
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)waits ?? DBNull.Value }
            );
        }

        // We wrote, and this person never did.
        await world.First.DeliverAsync(Hook.FromPhone("bom dia", Hook.NewId(), From(9)));

        await OverAsync(world, 0);

        (await MovedAsync(world)).ShouldBe([1, 3, 6]);
    }

    [Fact]
    public async Task Who_is_blocked_or_has_no_known_phone_stays_even_where_an_answer_waits()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await world.First.DeliverAsync(
            Hook.Text("sou chato", Hook.NewId(), From(1), alt: null),
            Hook.Text("quem sou eu?", Hook.NewId(), Hidden, alt: null),
            Hook.Text("oi", Hook.NewId(), From(3), alt: null)
        );
        var blocked = await ThreadAsync(world, 0, 1);
        var waiting = await QueueAsync(world, blocked, "um momento");
        await world.First.RunAsync("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1 AND id = $2", blocked.Value);

        await OverAsync(world, 0);

        (await MovedAsync(world)).ShouldBe([3]);
        (await StateAsync(world, waiting)).ShouldBe($"Queued {blocked}");
        (await HeadAsync(world, blocked)).ShouldBe("Open um momento 0");
        (await world.First.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE tenant_id = $1")).ShouldBe(4);
    }

    [Fact]
    public async Task Agent_goes_along_where_he_sees_the_number_that_takes_over()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        var team = new TeamWorld(world.First);
        var (both, one) = (
            await team.AgentAsync("Ana", numbers: [.. world.Numbers.Select(n => n.Instance)]),
            await team.AgentAsync("Caio", numbers: [world.First.Instance])
        );
        foreach (var (customer, agent) in new[] { (1, both), (2, one) })
        {
            await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), From(customer), alt: null));
            await world.First.RunAsync(
                "UPDATE conversation_heads SET assignee_id = $3 WHERE tenant_id = $1 AND conversation_id = $2",
                (await ThreadAsync(world, 0, customer)).Value,
                agent.Value
            );
        }

        await OverAsync(world, 0);

        (await AssigneeAsync(1)).ShouldBe(both.Value);
        (await AssigneeAsync(2)).ShouldBeNull();

        async Task<Guid?> AssigneeAsync(int customer) =>
            await world.First.ScalarAsync<object>(
                "SELECT assignee_id FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = $2",
                (await ThreadAsync(world, 1, customer)).Value
            )
                is Guid agent
                ? agent
                : null;
    }

    [Fact]
    public async Task Who_writes_later_goes_on_as_the_newest_failover_says()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
        await OverAsync(world, 0);
        await RoleAsync(world, 0, MemberRole.Active);
        await OverAsync(world, 0);

        await WriteAsync(world, "alô?");
        await FollowAsync(world, 0);

        var serves = await world.First.ListAsync("SELECT serves_id::text FROM failovers WHERE tenant_id = $1 ORDER BY detected_at");
        serves.Distinct().Count().ShouldBe(2);
        (
            await world.First.ListAsync(
                "SELECT instance_id::text FROM conversations WHERE tenant_id = $1 AND instance_id <> $2",
                world.First.Instance.Value
            )
        ).ShouldBe([serves[1]]);
    }

    [Fact]
    public async Task Nobody_goes_on_through_a_number_that_was_deleted_since()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await OverAsync(world, 0);
        await world.First.RunAsync(
            "UPDATE instances SET deleted_at = now() WHERE tenant_id = $1 AND id = $2",
            world.Numbers[1].Instance.Value
        );

        await WriteAsync(world, "alô?");
        await FollowAsync(world, 0);

        (await HeadAsync(world, await ThreadAsync(world, 0, 1))).ShouldBe("Open alô? 1");
    }

    [Fact]
    public async Task Failure_of_an_official_number_is_answered_once_and_the_next_one_again()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await world.First.RunAsync("UPDATE pools SET is_official = true WHERE tenant_id = $1");
        await OverAsync(world, 0);

        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldBeEmpty("it stays active, and that was answered");

        await world.First.RunAsync("UPDATE failovers SET signal_at = signal_at - interval '1 hour' WHERE tenant_id = $1");
        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldHaveSingleItem("it failed again since");
        (await world.First.ListAsync("SELECT DISTINCT key FROM failovers WHERE tenant_id = $1")).ShouldBe(["failover.official"]);
    }

    private static string From(int customer) => $"551197777000{customer}@s.whatsapp.net";

    private static Task RoleAsync(PoolWorld world, int number, MemberRole role) =>
        world.First.RunAsync(
            "UPDATE pool_members SET role = $3 WHERE tenant_id = $1 AND instance_id = $2",
            world.Numbers[number].Instance.Value,
            role.ToString()
        );

    /// <summary>Customers who have a thread at the other number, by the last digit of their phones.</summary>
    private static async Task<int[]> MovedAsync(PoolWorld world) =>
        [
            .. (
                await world.First.ListAsync(
                    """
                    SELECT left(split_part(i.jid, '@', 1), 13) FROM conversations c JOIN contact_identities i ON i.tenant_id = $1 AND i.contact_id = c.contact_id
                    WHERE c.tenant_id = $1 AND c.instance_id = $2 AND i.kind = 'Phone' ORDER BY 1
                    """,
                    world.Numbers[1].Instance.Value
                )
            ).Select(jid => jid[^1] - '0'),
        ];
}
