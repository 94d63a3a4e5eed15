using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Retention;

public sealed class RetentionSweepTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_copy_leaves_it_alone_until_the_first_has_ended()
    {
        var rule = new Held();
        var (first, second) = (await SweepAsync(rule), await SweepAsync());
        var running = first.RunAsync(Ct);
        await rule.Entered.Task;

        (await second.RunAsync(Ct)).ShouldBeFalse();
        rule.Go.SetResult();
        (await running).ShouldBeTrue();
        (await second.RunAsync(Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task Killed_in_the_middle_it_is_free_for_the_next_which_ends_the_work()
    {
        var world = await MessagingWorld.CreateAsync();
        for (var i = 0; i < 30; i++)
        {
            await world.EventAsync(31);
        }

        var rule = new Killed(world);
        await Should.ThrowAsync<NpgsqlException>(async () => await (await SweepAsync(rule)).RunAsync(Ct));

        (await world.EventsAsync()).Count.ShouldBeOneOf(10, 20); // whole steps
        (await (await SweepAsync(new OfOne(world))).RunAsync(Ct)).ShouldBeTrue();
        (await world.EventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rule_that_meets_a_lock_does_not_keep_the_others_from_their_turn()
    {
        var last = new Held();
        last.Go.SetResult();

        (await (await SweepAsync(new Refused(), last)).RunAsync(Ct)).ShouldBeTrue();

        last.Entered.Task.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static async Task<RetentionSweep> SweepAsync(params IRetentionRule[] rules) =>
        new(
            await TestDatabase.SourceAsync(),
            rules,
            Options.Create(new RetentionOptions { StepRows = 10, StepPause = TimeSpan.FromTicks(1) }),
            TimeProvider.System,
            NullLogger<RetentionSweep>.Instance
        );

    private sealed class Held : IRetentionRule
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource Go { get; } = new();

        public string What => "test";

        public async Task RunAsync(RetentionRun run)
        {
            Entered.TrySetResult();
            await Go.Task.WaitAsync(run.Stopping);
        }
    }

    private sealed class Refused : IRetentionRule
    {
        public string What => "test";

        public Task RunAsync(RetentionRun run) =>
            throw new PostgresException("locked", "ERROR", "ERROR", PostgresErrorCodes.LockNotAvailable);
    }

    private sealed class OfOne(MessagingWorld world) : IRetentionRule
    {
        public string What => "journal";

        public Task RunAsync(RetentionRun run) => world.RunAsync(new JournalRetention(), run.Options);
    }

    /// <summary>Its session is ended by the server between two steps, as when the process dies.</summary>
    private sealed class Killed(MessagingWorld world) : IRetentionRule
    {
        public string What => "journal";

        public async Task RunAsync(RetentionRun run)
        {
            var connection = await run.StepAsync(null, Task.FromResult);
            var time = new ManualTime();
            run.Options.StepPause = TimeSpan.FromSeconds(1);
            var walking = new JournalRetention().RunAsync(RetentionWorld.NewRun(connection, run.Options, time, [world.Tenant]));
            while ((await world.EventsAsync()).Count == 30)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            await using var kill = world.Database.CreateCommand($"SELECT pg_terminate_backend({connection.ProcessID})");
            await kill.ExecuteNonQueryAsync(Ct);
            while (!walking.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1, Ct);
            }

            await walking;
        }
    }
}
