using System.Text;
using Npgsql;
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

    [Theory]
    [InlineData("40P01")]
    [InlineData("40001")]
    public async Task A_batch_that_collides_is_repeated_as_a_whole(string state)
    {
        var world = await MessagingWorld.CreateAsync();
        await JournalAsync(world, "um", "dois", "três");
        var taken = new List<int>();

        await world.ProcessAsync(world.NewBatches(new Step(context => CollideAsync(context, state, taken, 3))));

        taken.ShouldBe([3, 3, 3, 3]);
        (await TextsAsync(world)).ShouldBe("dois três um");
        (await world.OneAsync<object>("SELECT count(*) FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_collision_without_end_marks_nothing_and_leaves_everything_to_a_later_try()
    {
        var world = await MessagingWorld.CreateAsync();
        await JournalAsync(world, "um");
        var taken = new List<int>();
        var batches = world.NewBatches(new Step(context => CollideAsync(context, "40P01", taken, 12)));

        for (var i = 0; i < 2; i++)
        {
            await Should.ThrowAsync<PostgresException>(() => batches.ProcessAsync(world.Instance, TestContext.Current.CancellationToken));
        }

        (await world.OneAsync<short>("SELECT attempts FROM journal_pending WHERE tenant_id = $1 AND due_at <= now()")).ShouldBe((short)0);
        await world.ProcessAsync(batches);
        (await TextsAsync(world)).ShouldBe("um");
    }

    /// <summary>The server's own error, so many times: the transaction is undone as by a real one.</summary>
    private static async Task CollideAsync(InboundContext context, string state, List<int> taken, int times)
    {
        taken.Add(context.Items.Count);
        if (taken.Count <= times)
        {
            await using var command = new NpgsqlCommand($"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$", context.Connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
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
