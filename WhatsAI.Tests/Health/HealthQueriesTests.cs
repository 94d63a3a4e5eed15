using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Tenancy;

namespace WhatsAI.Tests.Health;

public sealed class HealthQueriesTests : IAsyncLifetime
{
    private TestServices _services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _services = await TestServices.StartAsync();

    [Fact]
    public async Task Company_sees_its_own_failures_and_doubts_and_no_other_companys()
    {
        var ours = await TroubledAsync();
        var theirs = await TroubledAsync();

        await AskAsync(
            ours,
            async queries =>
            {
                (await queries.ProblemsAsync(Ct)).ShouldHaveSingleItem().Id.ShouldBe(ours.Journal);
                (await queries.DoubtsAsync(Ct)).ShouldHaveSingleItem().ConversationId.ShouldBe(ours.Conversation);
                (await queries.LostFilesAsync(Ct)).ShouldHaveSingleItem().Id.ShouldBe(ours.Received);
                (await queries.NowAsync(Ct)).Backlog.Count.ShouldBe(1);
            }
        );
        await AskAsync(theirs, async queries => (await queries.DoubtsAsync(Ct)).ShouldHaveSingleItem().Id.ShouldBe(theirs.Doubtful));
    }

    [Fact]
    public async Task Message_in_doubt_that_was_sent_again_says_so_and_its_repetition_waits_in_the_queue()
    {
        var world = await TroubledAsync();
        await using (var scope = Enter(world, Role.Owner))
        {
            await scope.ServiceProvider.GetRequiredService<RepeatActions>().ResendAsync(world.Doubtful, Ct);
        }

        await AskAsync(
            world,
            async queries =>
            {
                (await queries.DoubtsAsync(Ct)).ShouldHaveSingleItem().Repeated.ShouldBeTrue();
                var queues = (await queries.NowAsync(Ct)).Queues;
                queues.Select(q => (q.Lane, q.Count)).ShouldBe([(Lane.Reply, 1), (Lane.Automation, 0), (Lane.Campaign, 0)]);
                queues[0].OldestAt.ShouldNotBeNull();
                queues[1].OldestAt.ShouldBeNull();
            }
        );
    }

    [Theory]
    [InlineData(Role.Manager)]
    [InlineData(Role.Agent)]
    public async Task Who_does_not_manage_the_company_is_refused(Role role)
    {
        var world = await SightWorld.CreateAsync();
        await using var scope = Enter(world, role);
        var queries = scope.ServiceProvider.GetRequiredService<HealthQueries>();

        foreach (
            var ask in new Func<Task>[]
            {
                () => queries.NowAsync(Ct),
                () => queries.ProblemsAsync(Ct),
                () => queries.DoubtsAsync(Ct),
                () => queries.LostFilesAsync(Ct),
            }
        )
        {
            (await Should.ThrowAsync<RuleException>(ask)).Key.ShouldBe("permission.missing");
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task<SightWorld> TroubledAsync()
    {
        var world = await SightWorld.CreateAsync();
        await world.TroubleAsync();
        return world;
    }

    private AsyncServiceScope Enter(SightWorld world, Role role) =>
        _services.Enter(world.Tenant, new UserId(Guid.NewGuid()), MemberAccess.Everything(role));

    private async Task AskAsync(SightWorld world, Func<HealthQueries, Task> ask)
    {
        await using var scope = Enter(world, Role.Owner);
        await ask(scope.ServiceProvider.GetRequiredService<HealthQueries>());
    }
}
