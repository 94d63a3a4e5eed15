using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox;

public sealed class AssignmentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_conversations_at_once_go_to_one_agent_each_and_to_none_more_than_he_can_hold()
    {
        var first = await TeamWorld.CreateAsync();
        var second = await TeamWorld.CreateAsync(first.Number);
        await first.RouteAsync(AssignmentMode.RoundRobin);
        await second.RouteAsync(AssignmentMode.LeastLoaded);
        var agents = new[]
        {
            await first.AgentAsync("Bia", capacity: 10),
            await first.AgentAsync("Caio", capacity: 7),
            await first.AgentAsync("Davi", capacity: 12, numbers: [first.Number.Instance]),
            await first.AgentAsync("Eva", capacity: 9, said: Presence.Away),
            await first.AgentAsync("Fabio", capacity: 9, here: false),
        };
        await first.JournalAsync(Enumerable.Range(0, 25));
        await second.JournalAsync(Enumerable.Range(100, 25));

        var arrived = new[] { first.ProcessAsync(), second.ProcessAsync() };
        // Copies that choose while the conversations come, and an agent who takes some by hand meanwhile.
        var copies = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        while (!Array.TrueForAll(arrived, a => a.IsCompleted))
                        {
                            await first.GiveAsync();
                        }
                    },
                    Ct
                )
            )
            .ToList();
        await Task.WhenAll([.. arrived, .. copies]);
        await Task.WhenAll(first.GiveAsync(), first.GiveAsync(), second.GiveAsync());

        var held = await HeldAsync(first);
        held.GetValueOrDefault(agents[0].Value).ShouldBe(10);
        held.GetValueOrDefault(agents[1].Value).ShouldBe(7);
        held.GetValueOrDefault(agents[2].Value).ShouldBeInRange(8, 12);
        held.Keys.ShouldNotContain(agents[3].Value);
        held.Keys.ShouldNotContain(agents[4].Value);
        (await first.Number.ScalarAsync<long>("SELECT count(*) FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(50);
        var lines = await first.Number.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND kind = 'Line'");
        lines.ShouldBe(held.Values.Sum());
        (
            await first.Number.ScalarAsync<long>(
                "SELECT count(*) FROM (SELECT 1 FROM messages WHERE tenant_id = $1 AND kind = 'Line' GROUP BY conversation_id HAVING count(*) > 1) twice"
            )
        ).ShouldBe(0);
        (await first.Number.ScalarAsync<long>("SELECT count(*) FROM assignment_queue WHERE tenant_id = $1")).ShouldBe(
            50 - held.Values.Sum()
        );
        await first.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Who_sets_one_aside_has_room_for_the_one_that_waits()
    {
        var world = await TeamWorld.CreateAsync();
        await world.RouteAsync(AssignmentMode.RoundRobin);
        var bia = await world.AgentAsync("Bia", capacity: 1);
        await world.WriteAsync(1);
        await world.WriteAsync(2);
        await world.GiveAsync();
        (await world.OwnerAsync(1), await world.OwnerAsync(2)).ShouldBe((bia, null));

        await world.Conversations(bia).SetStatusAsync(await world.ConversationAsync(1), ConversationStatus.Resolved, Ct);

        (await DueAsync(world)).ShouldBeTrue();
        await world.GiveAsync();
        (await world.OwnerAsync(2)).ShouldBe(bia);
        await world.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Resolved_conversation_that_opens_again_goes_to_who_had_it()
    {
        var world = await TeamWorld.CreateAsync();
        await world.RouteAsync(AssignmentMode.RoundRobin);
        var (bia, caio) = (await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        await world.GiveAsync();
        var had = (await world.OwnerAsync(1)).ShouldNotBeNull();
        await world.Conversations(had).SetStatusAsync(await world.ConversationAsync(1), ConversationStatus.Resolved, Ct);

        await world.WriteAsync(1, "mais uma coisa");
        await world.GiveAsync();

        (await world.OwnerAsync(1)).ShouldBe(had);
        await world.RunAsync("UPDATE agents SET seen_at = NULL WHERE tenant_id = $1 AND user_id = $2", had.Value);
        await world.Conversations(had).SetStatusAsync(await world.ConversationAsync(1), ConversationStatus.Resolved, Ct);
        await world.WriteAsync(1, "e outra");
        await world.GiveAsync();
        (await world.OwnerAsync(1)).ShouldBe(had == bia ? caio : bia);
    }

    [Fact]
    public async Task Numbers_without_a_rule_leave_conversations_to_whoever_takes_them()
    {
        var world = await TeamWorld.CreateAsync();
        await world.AgentAsync("Bia");

        await world.WriteAsync(1);
        await world.GiveAsync();

        (await world.OwnerAsync(1)).ShouldBeNull();
        (await world.Number.ScalarAsync<long>("SELECT count(*) FROM assignment_queue WHERE tenant_id = $1")).ShouldBe(0);
    }

    [Fact]
    public async Task Number_of_a_team_gives_to_its_members_only()
    {
        var world = await TeamWorld.CreateAsync();
        var team = await world.TeamAsync("Suporte", AssignmentMode.LeastLoaded);
        await world.RouteAsync(AssignmentMode.ByHand, team);
        await world.AgentAsync("Bia");
        var caio = await world.AgentAsync("Caio", teams: [team]);

        await world.WriteAsync(1);
        await world.GiveAsync();

        (await world.OwnerAsync(1)).ShouldBe(caio);
    }

    [Fact]
    public async Task Transfer_to_a_team_takes_it_from_who_had_it_and_queues_it_there()
    {
        var world = await TeamWorld.CreateAsync();
        var team = await world.TeamAsync("Cobrança", AssignmentMode.RoundRobin);
        var (bia, caio) = (await world.AgentAsync("Bia"), await world.AgentAsync("Caio", teams: [team]));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Actions(bia).AssignAsync(id, bia, Ct);

        var before = await world.Actions(bia).TransferAsync(id, team, Ct);

        before.Assignee.ShouldBe(bia);
        (await world.OwnerAsync(1)).ShouldBeNull();
        await world.GiveAsync();
        (await world.OwnerAsync(1)).ShouldBe(caio);
        await world.Actions(bia).RestoreAsync(id, before, Ct);
        (await world.OwnerAsync(1)).ShouldBe(bia);
        await world.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Conversation_is_given_to_no_stranger_and_to_none_who_does_not_see_its_number()
    {
        var world = await TeamWorld.CreateAsync();
        var other = await TeamWorld.CreateAsync(world.Number);
        var foreign = await TeamWorld.CreateAsync();
        var (bia, blind) = (await world.AgentAsync("Bia"), await world.AgentAsync("Davi", numbers: [other.Number.Instance]));
        var stranger = await foreign.AgentAsync("Zé");
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);

        (await RefusedAsync(() => world.Actions(bia).AssignAsync(id, stranger, Ct))).ShouldBe("assignment.no-member");
        (await RefusedAsync(() => world.Actions(bia).AssignAsync(id, blind, Ct))).ShouldBe("assignment.does-not-see");
        (await RefusedAsync(() => world.Actions(blind, Role.Agent, other.Number.Instance).AssignAsync(id, blind, Ct))).ShouldBe(
            "conversation.not-found"
        );
        (await RefusedAsync(() => foreign.Actions(stranger).AssignAsync(id, stranger, Ct))).ShouldBe("conversation.not-found");
        var team = await foreign.TeamAsync("Deles", AssignmentMode.ByHand);
        (await RefusedAsync(() => world.Actions(bia).TransferAsync(id, team, Ct))).ShouldBe("team.gone");
        (await world.OwnerAsync(1)).ShouldBeNull();
    }

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;

    private static async Task<bool> DueAsync(TeamWorld world) =>
        await world.Number.ScalarAsync<bool>("SELECT bool_or(due_at <= now()) FROM work_list WHERE tenant_id = $1 AND kind = 'Assign'");

    private static async Task<Dictionary<Guid, int>> HeldAsync(TeamWorld world)
    {
        await using var command = world.Number.Owner.CreateCommand(
            "SELECT assignee_id, count(*)::int FROM conversation_heads WHERE tenant_id = $1 AND assignee_id IS NOT NULL GROUP BY 1"
        );
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = world.Tenant.Value });
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var held = new Dictionary<Guid, int>();
        while (await reader.ReadAsync(Ct))
        {
            held.Add(reader.GetGuid(0), reader.GetInt32(1));
        }

        return held;
    }
}
