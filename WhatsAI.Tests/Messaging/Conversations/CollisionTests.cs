using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Conversations;

/// <summary>Two answers that meet, on the real ledger.</summary>
public sealed class CollisionTests
{
    private static readonly AnswerGuard _guard = new(null, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_who_answer_at_the_same_moment_one_is_taken_and_all_others_are_asked()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "quem responde?");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i => world.Messaging.Outbox.QueueAsync(world.Messaging.Tenant, Answer(id, $"resposta {i}"), _guard, Ct))
        );

        answers.Count(a => a is QueueAnswer.Queued).ShouldBe(1);
        answers.OfType<QueueAnswer.Collided>().ShouldAllBe(a => a.Why is Collision.Answered);
        (await world.Messages.PageAsync(id, ct: Ct)).Rows.Count(r => r.IsOurs).ShouldBe(1);
        await world.Messaging.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task What_was_taken_is_taken_whoever_has_answered_since()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var key = Guid.NewGuid();
        var first = await world.Replies.AnswerTextAsync(id, key, "bom dia", null, _guard, Ct);

        await world.Messaging.Outbox.QueueAsync(world.Messaging.Tenant, Answer(id, "boa tarde"), null, Ct);

        var again = await world.Replies.AnswerTextAsync(id, key, "bom dia", null, _guard, Ct);
        again.ShouldBeOfType<QueueAnswer.Queued>().Id.ShouldBe(((QueueAnswer.Queued)first).Id);
    }

    [Fact]
    public async Task Who_answers_what_is_nobodys_takes_it_and_the_thread_says_so_once()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");

        await world.Replies.AnswerTextAsync(id, Guid.NewGuid(), "bom dia", null, _guard, Ct);
        await world.Replies.AnswerTextAsync(id, Guid.NewGuid(), "em que posso ajudar?", null, _guard, Ct);

        (await world.Messages.PageAsync(id, ct: Ct))
            .Rows.Select(r => r.Body is LineBody line ? $"{line.Key} {string.Join(' ', line.Values)}" : r.Body.Plain)
            .ShouldBe(["oi", "line.took Ana", "bom dia", "em que posso ajudar?"]);
        (await world.Messaging.ScalarAsync<Guid?>("SELECT assignee_id FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(
            world.Member.UserId.Value
        );
    }

    [Fact]
    public async Task Same_words_ask_once_and_go_out_when_wished()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var key = Guid.NewGuid();
        await world.Replies.AnswerTextAsync(id, Guid.NewGuid(), "bom dia", null, _guard, Ct);

        var asked = await world.Replies.AnswerTextAsync(id, key, "Bom dia", null, _guard, Ct);
        var sent = await world.Replies.AnswerTextAsync(id, key, "Bom dia", null, guard: null, Ct);

        asked.ShouldBeOfType<QueueAnswer.Collided>().Why.ShouldBeOfType<Collision.Same>().By.ShouldBe(world.Member.UserId);
        sent.ShouldBeOfType<QueueAnswer.Queued>();
        (await world.Messages.PageAsync(id, ct: Ct)).Rows.Count(r => r.Origin == MessageOrigin.Agent).ShouldBe(2);
    }

    [Theory]
    [InlineData("delivery = 'Failed'")]
    [InlineData("deleted_at = now()")]
    [InlineData("origin = 'Automation'")]
    [InlineData("sent_at = sent_at - interval '2 minutes'")]
    public async Task Answer_that_did_not_reach_the_customer_or_is_no_persons_or_old_is_met_by_none(string change)
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        await world.Messaging.Outbox.QueueAsync(world.Messaging.Tenant, Answer(id, "bom dia"), null, Ct);
        await world.Messaging.RunAsync($"UPDATE messages SET {change} WHERE tenant_id = $1 AND direction = 'Out'");

        (await world.Replies.AnswerTextAsync(id, Guid.NewGuid(), "bom dia", null, _guard, Ct)).ShouldBeOfType<QueueAnswer.Queued>();
    }

    private static OutgoingMessage Answer(ConversationId id, string text) =>
        new(id, new TextBody(text), MessageOrigin.Agent, Lane.Reply, Id.New<UserId>(DateTimeOffset.UtcNow), Guid.NewGuid());
}
