using System.Text;
using WhatsAI.Infrastructure.Messaging.Inbound;

namespace WhatsAI.Tests.Messaging;

/// <summary>A batch that fails: what is marked, what is repeated, what goes on.</summary>
public sealed class InboundFailureTests
{
    [Fact]
    public async Task An_event_that_cannot_be_processed_is_marked_and_the_others_go_on()
    {
        var world = await MessagingWorld.CreateAsync();
        await JournalAsync(world, "um", "mau", "dois");

        await world.ProcessAsync(world.NewBatches(new Step(FailOn("mau"))));

        (await TextsAsync(world)).ShouldBe("dois um");
        (await world.CountAsync("journal_pending")).ShouldBe(0);
        (
            await world.OneAsync<string>("SELECT string_agg(coalesce(problem, '-'), ' ' ORDER BY id) FROM journal WHERE tenant_id = $1")
        ).ShouldBe("- failed -");
    }

    [Fact]
    public async Task An_event_that_is_gone_when_it_is_to_be_marked_leaves_the_next_one_alone()
    {
        var world = await MessagingWorld.CreateAsync();
        await JournalAsync(world, "mau", "bom");
        // As if another copy had been quicker, between the failure and its mark.
        var step = new Step(async context =>
        {
            if (context.Items.Count == 1 && context.Arrivals.Exists(a => a.Message.Body.Plain == "mau"))
            {
                await world.RunAsync("DELETE FROM journal_pending WHERE tenant_id = $1 AND journal_id = $2", context.Items[0].JournalId);
            }

            await FailOn("mau")(context);
        });

        await world.ProcessAsync(world.NewBatches(step));

        (await TextsAsync(world)).ShouldBe("bom");
        (await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBe(0L);
    }

    [Fact]
    public async Task Large_events_are_taken_a_few_megabytes_at_a_time()
    {
        var world = await MessagingWorld.CreateAsync();
        var taken = new List<int>();
        var step = new Step(context =>
        {
            taken.Add(context.Items.Count);
            return Task.CompletedTask;
        });
        await world.JournalAsync(Large(7), Large(0), Large(3), Large(4), Large(0), Large(7));

        await world.ProcessAsync(world.NewBatches(step));

        taken.ShouldBe([2, 3, 1]);
        (await world.CountAsync("journal_pending")).ShouldBe(0);

        static byte[] Large(int megabytes) =>
            Encoding.UTF8.GetBytes($$"""{"event":"labels.edit","data":"{{new string('x', megabytes * 1024 * 1024)}}"}""");
    }

    private static Func<InboundContext, Task> FailOn(string text) =>
        context =>
            context.Arrivals.Exists(a => a.Message.Body.Plain == text)
                ? throw new InvalidOperationException("A bug in a step.")
                : Task.CompletedTask;

    private static Task JournalAsync(MessagingWorld world, params string[] texts) =>
        world.JournalAsync([.. texts.Select(t => Encoding.UTF8.GetBytes(Hook.Text(t, Hook.NewId()).ToJsonString()))]);

    private static async Task<string?> TextsAsync(MessagingWorld world) =>
        await world.OneAsync<string>("SELECT string_agg(text, ' ' ORDER BY text) FROM messages WHERE tenant_id = $1");

    private sealed class Step(Func<InboundContext, Task> apply) : IInboundStep
    {
        public Task ApplyAsync(InboundContext context, CancellationToken cancellation) => apply(context);
    }
}
