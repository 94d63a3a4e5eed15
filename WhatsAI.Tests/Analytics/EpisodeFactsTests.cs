using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Inbox;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Analytics;

/// <summary>What an episode keeps of the moment in which it was opened, answered and resolved.</summary>
public sealed class EpisodeFactsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_answer_is_measured_from_the_customers_first_message_and_is_its_authors()
    {
        var world = await TeamWorld.CreateAsync();
        var team = await world.TeamAsync("Vendas", AssignmentMode.ByHand);
        await world.RouteAsync(AssignmentMode.ByHand, team);
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        await world.WriteAsync(1);
        await world.WriteAsync(1, "alguém?");
        await AnswerAsync(world, 1, ana);
        await AnswerAsync(world, 1, bia);

        var first = await world.Number.ScalarAsync<object>("SELECT min(sent_at) FROM messages WHERE tenant_id = $1 AND direction = 'In'");
        (await OfAsync(world, "asked_at")).ShouldBe(first);
        (await OfAsync(world, "first_reply_by")).ShouldBe(ana.Value);
        (await OfAsync(world, "team_id")).ShouldBe(team.Value);
        (await OfAsync(world, "instance_id")).ShouldBe(world.Number.Instance.Value);
        (await OfAsync(world, "kind")).ShouldBe("Person");
    }

    [Fact]
    public async Task Who_speaks_first_answers_nobody()
    {
        var world = await TeamWorld.CreateAsync();
        var ana = await world.AgentAsync("Ana");
        await world.WriteAsync(1);
        await world.Conversations(ana).SetStatusAsync(await world.ConversationAsync(1), ConversationStatus.Resolved, Ct);
        await AnswerAsync(world, 1, ana);

        (await world.Number.OneAsync<object>("SELECT count(*) FROM episodes WHERE tenant_id = $1 AND first_reply_at IS NOT NULL")).ShouldBe(
            1L
        );
        (await world.Number.OneAsync<object>("SELECT count(*) FROM episodes WHERE tenant_id = $1 AND asked_at IS NOT NULL")).ShouldBe(0L);
    }

    [Fact]
    public async Task Answer_on_the_phone_counts_by_the_phones_clock_and_is_nobodys()
    {
        var world = await MessagingWorld.CreateAsync();
        var asked = DateTimeOffset.UtcNow.AddHours(-3).ToUnixTimeSeconds();
        // Both come hours late, in one batch.
        await world.JournalAsync(
            System.Text.Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId(), alt: null, at: asked).ToJsonString()),
            System.Text.Encoding.UTF8.GetBytes(Hook.FromPhone("olá", Hook.NewId(), at: asked + 240).ToJsonString())
        );
        await world.ProcessAsync();

        (
            await world.OneAsync<object>(
                "SELECT extract(epoch FROM first_reply_at - asked_at)::int FROM episodes WHERE tenant_id = $1 AND first_reply_by IS NULL"
            )
        ).ShouldBe(240);
    }

    [Fact]
    public async Task Team_is_the_one_that_has_it_and_a_later_transfer_takes_nothing_from_who_resolved()
    {
        var world = await TeamWorld.CreateAsync();
        var (sales, support) = (
            await world.TeamAsync("Vendas", AssignmentMode.ByHand),
            await world.TeamAsync("Suporte", AssignmentMode.ByHand)
        );
        var ana = await world.AgentAsync("Ana");
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Actions(ana).TransferAsync(id, sales, Ct);
        (await OfAsync(world, "team_id")).ShouldBe(sales.Value);
        await world.Conversations(ana).SetStatusAsync(id, ConversationStatus.Resolved, Ct);
        await world.Actions(ana).TransferAsync(id, support, Ct);

        (await OfAsync(world, "team_id")).ShouldBe(sales.Value);
        (await OfAsync(world, "resolved_by")).ShouldBe(ana.Value);
    }

    private static async Task AnswerAsync(TeamWorld world, int customer, UserId by) =>
        await world.Number.Outbox.QueueAsync(
            world.Tenant,
            new OutgoingMessage(await world.ConversationAsync(customer), new TextBody("olá"), MessageOrigin.Agent, Lane.Reply, by),
            Ct
        );

    private static Task<object?> OfAsync(TeamWorld world, string column) =>
        world.Number.OneAsync<object>($"SELECT {column} FROM episodes WHERE tenant_id = $1");
}
