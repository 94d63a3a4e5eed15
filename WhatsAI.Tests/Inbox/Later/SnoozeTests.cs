using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Inbox.Later;

/// <summary>Out of the way until a time, or until the customer writes.</summary>
public sealed class SnoozeTests : IAsyncLifetime
{
    private LaterWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => DateTimeOffset.UtcNow.AddHours(1);

    public async ValueTask InitializeAsync() => _world = await LaterWorld.CreateAsync();

    [Fact]
    public async Task Conversation_comes_back_at_its_time_to_who_had_it_and_says_so()
    {
        await _world.Get<AssignmentActions>().AssignAsync(_world.Conversation, _world.Owner, Ct);
        await _world.Conversations.MarkReadAsync(_world.Conversation, Ct);
        var was = await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);
        was.ShouldBe(new Snoozed(ConversationStatus.Open, null));
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Snoozed);
        await _world.RunAsync();
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Snoozed, "its time has not come");

        await _world.PassAsync();

        var head = await _world.HeadAsync();
        (head.Status, head.CameBack, head.AssigneeId).ShouldBe((ConversationStatus.Open, true, _world.Owner));
        (await _world.LinesAsync()).Select(l => l.Key).ShouldContain("line.returned");
        await _world.Number.CountersShouldBeTrueAsync();

        await _world.Conversations.MarkReadAsync(_world.Conversation, Ct);
        (await _world.HeadAsync()).CameBack.ShouldBeFalse("somebody has looked at it");
    }

    [Fact]
    public async Task Snoozing_makes_the_numbers_work_due_at_that_time_and_doing_it_gives_it_back_until_the_next()
    {
        await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);
        (await DueInAsync()).ShouldBeInRange(3_500, 3_601);

        await _world.DueAsync();
        await _world.SweepAsync();

        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Open);
        (await DueInAsync()).ShouldBe(-1, "nothing waits any more");
    }

    [Fact]
    public async Task Customers_message_brings_it_back_before_its_time_and_no_time_comes_after_it()
    {
        await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);

        await _world.CustomerWritesAsync("e aí?");
        await _world.PassAsync();

        var head = await _world.HeadAsync();
        (head.Status, head.SnoozedUntil, head.Unread).ShouldBe((ConversationStatus.Open, null, 2));
        (await _world.LinesAsync()).Select(l => l.Key).ShouldNotContain("line.returned");
    }

    [Fact]
    public async Task Until_the_customer_writes_means_no_time_at_all()
    {
        await _world.Conversations.SnoozeAsync(_world.Conversation, until: null, Ct);

        await _world.PassAsync(TimeSpan.FromDays(30));
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Snoozed);

        await _world.CustomerWritesAsync("voltei");
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Open);
        await _world.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Answering_a_conversation_that_came_back_ends_its_mark_and_answering_a_snoozed_one_leaves_it_snoozed()
    {
        await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);
        await AnswerAsync("mais tarde");
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Snoozed);

        await _world.PassAsync();
        await AnswerAsync("agora");

        (await _world.HeadAsync()).CameBack.ShouldBeFalse();
    }

    [Fact]
    public async Task Undo_gives_back_what_it_was()
    {
        var first = await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);
        var until = (await _world.HeadAsync()).SnoozedUntil;
        var second = await _world.Conversations.SnoozeAsync(_world.Conversation, Soon.AddDays(1), Ct);

        await _world.Conversations.UnsnoozeAsync(_world.Conversation, second, Ct);
        (await _world.HeadAsync()).SnoozedUntil.ShouldBe(until);

        await _world.Conversations.UnsnoozeAsync(_world.Conversation, first, Ct);
        var head = await _world.HeadAsync();
        (head.Status, head.SnoozedUntil).ShouldBe((ConversationStatus.Open, null));
    }

    [Fact]
    public async Task What_was_nobodys_waits_to_be_given_to_somebody()
    {
        await _world.Conversations.SnoozeAsync(_world.Conversation, Soon, Ct);

        await _world.PassAsync();

        (await _world.Number.CountAsync("assignment_queue")).ShouldBe(1);
    }

    [Fact]
    public async Task Time_that_is_over_and_a_number_one_does_not_see_are_refused()
    {
        (
            await Should.ThrowAsync<RuleException>(() =>
                _world.Conversations.SnoozeAsync(_world.Conversation, DateTimeOffset.UtcNow.AddSeconds(-1), Ct)
            )
        ).Key.ShouldBe("later.past");

        await using var blind = _world.As(_world.Owner, new MemberAccess(Role.Agent, []));
        var actions = blind.ServiceProvider.GetRequiredService<ConversationActions>();
        (await Should.ThrowAsync<RuleException>(() => actions.SnoozeAsync(_world.Conversation, Soon, Ct))).Key.ShouldBe(
            "conversation.not-found"
        );
        (await _world.HeadAsync()).Status.ShouldBe(ConversationStatus.Open);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private Task AnswerAsync(string text) => _world.Get<ReplyActions>().SendTextAsync(_world.Conversation, Guid.NewGuid(), text, ct: Ct);

    /// <summary>Seconds; -1: nothing is due.</summary>
    private async Task<double> DueInAsync() =>
        await _world.Number.ScalarAsync<object>(
            "SELECT extract(epoch FROM due_at - now())::float8 FROM work_list WHERE tenant_id = $1 AND kind = 'Later'"
        )
            is double seconds
            ? seconds
            : -1;
}
