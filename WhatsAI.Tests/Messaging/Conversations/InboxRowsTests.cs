using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Conversations;

public sealed class InboxRowsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 50.25)]
    [InlineData(200, 100)]
    [InlineData(5_000, 250)]
    public void The_more_lists_are_drawn_the_more_is_drawn_at_once(int lists, double milliseconds) =>
        InboxRows.Gather(lists).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public async Task Two_lists_get_the_same_rows_of_one_read()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var rows = world.NewRows();
        using var one = rows.Subscribe(world.Member);
        using var two = rows.Subscribe(world.Member);

        await world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, Token);

        var (first, second) = (await NextAsync(one), await NextAsync(two));
        first.ShouldBeSameAs(second);
        first.Rows!.Single().Status.ShouldBe(ConversationStatus.Resolved);
        first.Summary!.Conversations(new InboxFilter(ConversationStatus.Resolved)).ShouldBe(1);
    }

    [Fact]
    public async Task Missed_events_are_told_as_such()
    {
        var world = await InboxWorld.CreateAsync();
        using var feed = world.NewRows().Subscribe(world.Member);

        world.Messaging.Hub.Publish(new EverythingChanged(world.Messaging.Tenant));

        (await NextAsync(feed)).Rows.ShouldBeNull();
    }

    [Fact]
    public async Task Typing_is_passed_on_without_a_read()
    {
        var world = await InboxWorld.CreateAsync();
        var id = new ConversationId(Guid.NewGuid());
        using var feed = world.NewRows().Subscribe(world.Member);

        world.Messaging.Hub.Publish(new CustomerTyping(world.Messaging.Tenant, id));

        var change = await NextAsync(feed);
        (change.Typing.Single(), change.Summary).ShouldBe((id, null));
    }

    [Fact]
    public async Task Nobody_listens_once_the_last_list_is_closed()
    {
        var world = await InboxWorld.CreateAsync();
        var rows = world.NewRows();
        var (one, two) = (rows.Subscribe(world.Member), rows.Subscribe(world.Member));

        one.Dispose();
        world.Messaging.Hub.HasSubscribers(world.Messaging.Tenant).ShouldBeTrue();
        two.Dispose();

        await Wait.UntilAsync(() => !world.Messaging.Hub.HasSubscribers(world.Messaging.Tenant), "the subscription's end");
    }

    private static async Task<InboxChange> NextAsync(InboxFeed feed)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        await foreach (var change in feed.ChangesAsync(patience.Token))
        {
            return change;
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
