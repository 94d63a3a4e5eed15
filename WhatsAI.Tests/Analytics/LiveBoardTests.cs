using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Inbox;

namespace WhatsAI.Tests.Analytics;

/// <summary>What the work is at this moment.</summary>
public sealed class LiveBoardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Board_says_what_is_open_who_waits_and_who_looks_at_what()
    {
        var world = await TeamWorld.CreateAsync();
        var ana = await world.AgentAsync("Ana", capacity: 3);
        await world.WriteAsync(1);
        await world.WriteAsync(2);
        await world.WriteAsync(3);
        var (mine, other, done) = (await world.ConversationAsync(1), await world.ConversationAsync(2), await world.ConversationAsync(3));
        await world.Actions(ana).AssignAsync(mine, ana, Ct);
        await world.Conversations(ana).SetStatusAsync(done, ConversationStatus.Resolved, Ct);
        await world.RunAsync(
            "UPDATE conversation_heads SET waiting_since = now() - interval '1 hour' WHERE tenant_id = $1 AND conversation_id = $2",
            other.Value
        );
        var watchers = new Watchers(world.Number.Hub, TimeProvider.System);
        using var watched = watchers.Open(world.Tenant, mine, ana);
        watched.Type();

        var board = await ReadAsync(world, watchers, numbers: null);

        var all = board.Of(number: null, team: null, agent: null);
        (all.Open, all.Waiting).ShouldBe((2, 2));
        (DateTimeOffset.UtcNow - all.OldestWait!.Value).ShouldBeGreaterThan(TimeSpan.FromMinutes(59));
        (board.Of(null, null, ana).Open, board.Of(null, null, ana).Waiting).ShouldBe((1, 1));
        var agent = board.Agents.ShouldHaveSingleItem().Agent;
        (agent.Open, agent.Capacity).ShouldBe((1, 3));
        var doing = board.Watched.ShouldHaveSingleItem();
        (doing.Agent, doing.Conversation, doing.Doing).ShouldBe((ana, mine, Doing.Typing));
    }

    [Fact]
    public async Task Member_of_some_numbers_sees_neither_the_load_nor_the_conversations_of_others()
    {
        var world = await TeamWorld.CreateAsync();
        var beside = await TeamWorld.CreateAsync(world.Number);
        var ana = await world.AgentAsync("Ana");
        await world.WriteAsync(1);
        var watchers = new Watchers(world.Number.Hub, TimeProvider.System);
        using var watched = watchers.Open(world.Tenant, await world.ConversationAsync(1), ana);

        var board = await ReadAsync(world, watchers, [beside.Number.Instance]);

        board.Loads.ShouldBeEmpty();
        board.Watched.ShouldBeEmpty();
        (await ReadAsync(world, watchers, [world.Number.Instance])).Watched.ShouldHaveSingleItem();
    }

    private static async Task<LiveBoard> ReadAsync(TeamWorld world, Watchers watchers, InstanceId[]? numbers)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, ReportWorld.NewUser(), new MemberAccess(Role.Manager, numbers is null ? null : [.. numbers]), "Júlia");
        var rows = new LiveBoardRows(world.Number.Database, watchers, TimeProvider.System);
        return await new LiveBoardQueries(rows, member).ReadAsync(Ct);
    }
}
