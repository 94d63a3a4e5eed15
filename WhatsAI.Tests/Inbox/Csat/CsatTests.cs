using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Inbox.Sla;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Csat;

/// <summary>Asked once after a resolution that stays, and answered without opening anything.</summary>
public sealed class CsatTests
{
    private static readonly CsatForm _form = new(true, "Nota de 1 a 5, {{contact.first_name|cliente}}?", "Obrigado!", 24, 7);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Question_goes_out_once_and_its_answer_is_the_episodes_score()
    {
        await using var world = await StartAsync();
        var id = await ResolvedAsync(world);
        (await OutAsync(world)).ShouldNotContain(
            t => t.StartsWith("Nota", StringComparison.Ordinal),
            "not before it can no longer be taken back"
        );
        await DueAsync(world, copies: 2);
        (await OutAsync(world)).Count(t => t.StartsWith("Nota de 1 a 5, ", StringComparison.Ordinal)).ShouldBe(1);
        (await world.HeadAsync<string>("status", id)).ShouldBe("Resolved");
        (await world.Number.ScalarAsync<string>("SELECT origin FROM messages WHERE tenant_id = $1 AND text LIKE 'Nota%'")).ShouldBe(
            "Automation"
        );

        await WriteAsync(world, "nota 4");

        (await world.HeadAsync<string>("status", id)).ShouldBe("Resolved");
        (await world.HeadAsync<bool>("unread = 0 AND waiting_since IS NULL", id)).ShouldBeTrue();
        (await world.Number.ScalarAsync<int>("SELECT score FROM surveys WHERE tenant_id = $1 AND answer_id IS NOT NULL")).ShouldBe(4);
        (await world.Number.CountAsync("episodes")).ShouldBe(1);
        (await OutAsync(world)).ShouldContain("Obrigado!");
        var shown = (await world.Get<ConversationQueries>().FindAsync(id, Ct))!.Episode!;
        shown.Score.ShouldBe(4);
        (await world.Get<MessageQueries>().PageAsync(id, ct: Ct))
            .Rows.Select(r => r.Body)
            .OfType<LineBody>()
            .ShouldContain(l => l.Key == "line.csat.4");

        await WriteAsync(world, "5");
        (await world.HeadAsync<string>("status", id)).ShouldBe("Open", "what comes after the answer is a message");
        await world.Number.CountersShouldBeTrueAsync();
    }

    [Theory]
    [InlineData("obrigado")]
    [InlineData("5 minutos")]
    public async Task Anything_else_opens_the_conversation_and_a_number_after_it_too(string text)
    {
        await using var world = await StartAsync();
        var id = await ResolvedAsync(world);
        await DueAsync(world);

        await WriteAsync(world, text);
        await WriteAsync(world, "5");

        (await world.HeadAsync<string>("status", id)).ShouldBe("Open");
        (await world.Number.ScalarAsync<long>("SELECT count(*) FROM surveys WHERE tenant_id = $1 AND score IS NOT NULL")).ShouldBe(0L);
        (await world.Number.CountAsync("episodes")).ShouldBe(2);
    }

    [Fact]
    public async Task Score_after_its_hours_or_without_a_question_is_a_message()
    {
        await using var world = await StartAsync();
        var id = await ResolvedAsync(world);
        await WriteAsync(world, "5");
        (await world.HeadAsync<string>("status", id)).ShouldBe("Open", "nobody had asked");
        await world.AnswerAsync(id);
        await world.StatusAsync(id, ConversationStatus.Resolved);
        await DueAsync(world);
        await world.Number.RunAsync(
            "UPDATE surveys SET open_until = now() - interval '1 minute', asked_at = asked_at - interval '25 hours' WHERE tenant_id = $1"
        );

        await WriteAsync(world, "5");

        (await world.HeadAsync<string>("status", id)).ShouldBe("Open");
    }

    [Fact]
    public async Task Resolution_that_is_taken_back_or_followed_by_a_message_asks_nothing()
    {
        await using var world = await StartAsync();
        var id = await world.WriteAsync();
        await world.AnswerAsync(id);
        var selection = world.Get<SelectionActions>();
        var resolved = await selection.SetStatusAsync([id], ConversationStatus.Resolved, Ct);
        (await world.Number.CountAsync("surveys")).ShouldBe(1);
        (
            await world.Number.ScalarAsync<bool>("SELECT due_at > now() + interval '8 seconds' FROM surveys WHERE tenant_id = $1")
        ).ShouldBeTrue();
        (
            await world.Number.ScalarAsync<bool>("SELECT due_at IS NOT NULL FROM work_list WHERE tenant_id = $1 AND kind = 'Later'")
        ).ShouldBeTrue();
        await selection.UndoAsync(resolved.Undo!, Ct);
        await DueAsync(world);
        (await world.Number.CountAsync("surveys")).ShouldBe(0);

        await world.StatusAsync(id, ConversationStatus.Resolved);
        await WriteAsync(world, "mais uma coisa");
        await DueAsync(world);

        (await OutAsync(world)).ShouldNotContain(t => t.StartsWith("Nota", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_is_asked_who_was_not_answered_is_blocked_left_or_was_asked_lately()
    {
        await using var world = await StartAsync();
        var silent = await world.WriteAsync(2);
        await world.StatusAsync(silent, ConversationStatus.Resolved);
        (await world.Number.CountAsync("surveys")).ShouldBe(0, "no person had answered");

        var blocked = await ResolvedAsync(world, 3);
        await world.Number.RunAsync("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1 AND id = $2", blocked.Value);
        var left = await ResolvedAsync(world, 4);
        await world.Number.RunAsync(
            """
            INSERT INTO suppressions (tenant_id, kind, value, reason, since)
            SELECT $1, i.kind, i.value, 'opt-out', now() FROM contact_identities i JOIN conversations c ON c.contact_id = i.contact_id WHERE c.id = $2
            """,
            left.Value
        );
        var late = await ResolvedAsync(world, 5);
        await DueAsync(world, late: late);
        (await OutAsync(world)).ShouldNotContain(t => t.StartsWith("Nota", StringComparison.Ordinal));

        var id = await ResolvedAsync(world);
        await DueAsync(world);
        await WriteAsync(world, "mais uma coisa");
        await world.AnswerAsync(id);
        await world.StatusAsync(id, ConversationStatus.Resolved);
        await DueAsync(world);

        (await OutAsync(world)).Count(t => t.StartsWith("Nota", StringComparison.Ordinal)).ShouldBe(1, "within seven days once");
    }

    [Fact]
    public async Task Nothing_is_asked_until_it_is_switched_on_by_who_may()
    {
        await using var world = await SlaWorld.CreateAsync(null, null, null);
        await ResolvedAsync(world);
        (await world.Number.CountAsync("surveys")).ShouldBe(0);

        await using var scope = world.Services.Enter(world.Company, Role.Agent);
        var agent = (CsatActions)scope.ServiceProvider.GetService(typeof(CsatActions))!;
        (await Should.ThrowAsync<RuleException>(() => agent.SaveAsync(_form, 0, Ct))).Key.ShouldBe("permission.missing");
        await world.Get<CsatActions>().SaveAsync(_form with { Enabled = false }, 0, Ct);
        (await Should.ThrowAsync<RuleException>(() => world.Get<CsatActions>().SaveAsync(_form, 0, Ct))).Key.ShouldBe(
            "csat.changed-meanwhile"
        );
        var seen = await world.Get<CsatQueries>().ReadAsync(Ct);
        seen.Form.ShouldBe(_form with { Enabled = false });
        await ResolvedAsync(world, 2);
        (await world.Number.CountAsync("surveys")).ShouldBe(0);
    }

    private static async Task<SlaWorld> StartAsync()
    {
        var world = await SlaWorld.CreateAsync(null, null, null);
        await world.Get<CsatActions>().SaveAsync(_form, 0, Ct);
        return world;
    }

    private static async Task<ConversationId> ResolvedAsync(SlaWorld world, int customer = 1)
    {
        var id = await world.WriteAsync(customer);
        await world.AnswerAsync(id);
        await world.StatusAsync(id, ConversationStatus.Resolved);
        return id;
    }

    private static Task<ConversationId> WriteAsync(SlaWorld world, string text) => world.WriteAsync(1, text, new CsatAnswerStep());

    /// <summary>The half minute is over; one conversation's was over for seven hours.</summary>
    private static async Task DueAsync(SlaWorld world, int copies = 1, ConversationId? late = null)
    {
        await world.Number.RunAsync(
            "UPDATE surveys SET due_at = now() - CASE WHEN conversation_id = $2 THEN interval '7 hours' ELSE interval '1 second' END WHERE tenant_id = $1 AND due_at IS NOT NULL",
            late?.Value ?? Guid.Empty
        );
        await Task.WhenAll(
            Enumerable.Range(0, copies).Select(_ => world.Part<CsatSender>().RunAsync(world.Company.Id, world.Number.Instance, Ct))
        );
    }

    private static async Task<List<string>> OutAsync(SlaWorld world)
    {
        var texts = await world.Number.ScalarAsync<string[]>(
            "SELECT coalesce(array_agg(text ORDER BY sent_at), '{}') FROM messages WHERE tenant_id = $1 AND direction = 'Out' AND kind = 'Text'"
        );
        return [.. texts!];
    }
}
