using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Retention;

/// <summary>What goes and, more important, what stays.</summary>
public sealed class RowRetentionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processed_events_go_after_their_days_and_no_others()
    {
        var world = await MessagingWorld.CreateAsync();
        var old = await world.EventAsync(31);
        var waiting = await world.EventAsync(400, done: false, pending: true);
        var unprocessed = await world.EventAsync(400, done: false);
        var replayed = await world.EventAsync(31, pending: true);
        var held = await world.EventAsync(31);
        await world.RunAsync(
            "INSERT INTO held_echoes (tenant_id, instance_id, provider_id, journal_id, held_at) VALUES ($1, $2, 'X', $3, now())",
            world.Instance.Value,
            held
        );
        var unreadable = await world.EventAsync(179, done: false, problem: "unreadable");
        var young = await world.EventAsync(29);

        var removed = await world.RunAsync(new JournalRetention());

        removed.ShouldBe(new Dictionary<string, long> { ["journal"] = 1 });
        (await world.EventsAsync()).ShouldBe([waiting, unprocessed, replayed, held, unreadable, young]);
        old.ShouldBeLessThan(waiting);
    }

    [Fact]
    public async Task Reports_of_imports_go_after_their_days_line_by_line_and_contacts_stay()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync(
            "INSERT INTO contacts (id, tenant_id, phone, created_at) VALUES (gen_random_uuid(), $1, '+5511977770001', now())"
        );
        await AddAsync("Done", ended: 91);
        await AddAsync("Done", ended: 89);
        await AddAsync("Uploaded", ended: null);

        (await world.RunAsync(new ImportRetention(), new RetentionOptions { ImportDays = 0 })).ShouldBeEmpty();
        var removed = await world.RunAsync(new ImportRetention(), new RetentionOptions { StepPause = TimeSpan.Zero, StepRows = 2 });

        removed.ShouldBe(new Dictionary<string, long> { ["import_lines"] = 3, ["imports"] = 2 }, ignoreOrder: true);
        (await world.CountAsync("contact_imports")).ShouldBe(1);
        (await world.CountAsync("import_rows")).ShouldBe(3);
        (await world.CountAsync("contacts")).ShouldBe(1);

        Task AddAsync(string state, int? ended) =>
            world.RunAsync(
                """
                WITH i AS (
                    INSERT INTO contact_imports (id, tenant_id, file_name, format, size, state, last_line, read, by_name, created_at, ended_at)
                    VALUES (gen_random_uuid(), $1, 'x.csv', 'Csv', 1, $2, 0, 0, 'x', now() - interval '200 days',
                        CASE WHEN $3 > 0 THEN now() - make_interval(days => $3) END) RETURNING id
                ), r AS (
                    INSERT INTO import_rows (tenant_id, import_id, line, outcome, notes)
                    SELECT $1, i.id, n, 'created', '{}' FROM i, generate_series(1, CASE WHEN $3 > 0 THEN 3 ELSE 0 END) n
                ) SELECT 1
                """,
                state,
                ended ?? -1
            );
    }

    [Fact]
    public async Task Events_that_could_not_be_processed_go_later_and_it_is_said()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.EventAsync(181, done: false, problem: "unreadable");
        await world.EventAsync(181, done: false, problem: "failed");
        var kept = await world.EventAsync(181, done: false, problem: "failed", pending: true);

        var removed = await world.RunAsync(new JournalRetention());

        removed.ShouldBe(new Dictionary<string, long> { [JournalRetention.Problems] = 2 });
        (await world.EventsAsync()).ShouldBe([kept]);
        RetentionWorld.Warnings.ShouldContain(w =>
            w.StartsWith(
                $"2 events of {world.Instance} of {world.Tenant} that could not be processed were removed",
                StringComparison.Ordinal
            )
        );
    }

    [Theory]
    [InlineData(0, 180, 1)]
    [InlineData(30, 0, 1)]
    [InlineData(0, 0, 2)]
    public async Task Zero_days_keep_for_ever(int journal, int problems, int left)
    {
        var world = await MessagingWorld.CreateAsync();
        await world.EventAsync(9_000);
        await world.EventAsync(9_000, done: false, problem: "unknown");

        await world.RunAsync(new JournalRetention(), new RetentionOptions { JournalDays = journal, ProblemDays = problems });

        (await world.EventsAsync()).Count.ShouldBe(left);
    }

    [Fact]
    public async Task Event_that_somebody_replays_this_moment_stays()
    {
        var world = await MessagingWorld.CreateAsync();
        var id = await world.EventAsync(181, done: false, problem: "failed");
        await using var replaying = await world.Database.BeginAsync(world.Tenant, Ct);
        await using var mark = replaying.Connection.Sql("UPDATE journal SET problem = NULL, done_at = NULL WHERE id = $1", id);
        await mark.ExecuteNonQueryAsync(Ct);

        // Nobody is waited for: not the person for us, nor we for long.
        var refused = await Should.ThrowAsync<PostgresException>(() => world.RunAsync(new JournalRetention()));
        refused.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        await replaying.CommitAsync(Ct);
        await world.RunAsync(new JournalRetention());

        (await world.EventsAsync()).ShouldBe([id]);
    }

    [Fact]
    public async Task Events_go_in_steps_each_committed_by_itself()
    {
        var world = await MessagingWorld.CreateAsync();
        for (var i = 0; i < 25; i++)
        {
            await world.EventAsync(31);
        }

        var time = new Common.ManualTime();
        var running = world.RunAsync(
            new JournalRetention(),
            new RetentionOptions { StepRows = 10, StepPause = TimeSpan.FromSeconds(1) },
            time
        );
        var seen = new List<int>();
        while (!running.IsCompleted)
        {
            seen.Add((await world.EventsAsync()).Count);
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Ct);
        }

        (await running)["journal"].ShouldBe(25);
        seen.Distinct().Order().ShouldBeSubsetOf([0, 5, 15, 25]);
        seen.ShouldContain(15);
    }

    [Fact]
    public async Task What_never_found_its_message_goes()
    {
        var world = await MessagingWorld.CreateAsync();
        foreach (var (id, days) in new[] { ("a", 8), ("b", 6), ("c", 8) })
        {
            await world.RunAsync(
                """
                INSERT INTO waiting_receipts (tenant_id, instance_id, provider_id, delivery, at) VALUES ($1, $2, $3, 'Read', now() - make_interval(days => $4))
                """,
                world.Instance.Value,
                id,
                days
            );
            await world.RunAsync(
                """
                INSERT INTO waiting_changes (tenant_id, instance_id, provider_id, change, at) VALUES ($1, $2, $3, 'delete', now() - make_interval(days => $4))
                """,
                world.Instance.Value,
                id,
                days
            );
        }

        var removed = await world.RunAsync(new WaitingRetention(), new RetentionOptions { StepRows = 1 });

        removed.ShouldBe(new Dictionary<string, long> { ["waiting_receipts"] = 2, ["waiting_changes"] = 2 });
        (await world.ScalarAsync<string>("SELECT string_agg(provider_id, '') FROM waiting_receipts WHERE tenant_id = $1")).ShouldBe("b");
        (await world.ScalarAsync<string>("SELECT string_agg(provider_id, '') FROM waiting_changes WHERE tenant_id = $1")).ShouldBe("b");
    }

    [Fact]
    public async Task Forgotten_echo_goes_back_to_the_queue()
    {
        var world = await MessagingWorld.CreateAsync();
        var (old, young) = (await world.EventAsync(40), await world.EventAsync(1));
        foreach (var (id, journal, days) in new[] { ("a", old, 8), ("b", young, 1), ("c", 987_654_321L, 8) })
        {
            await world.RunAsync(
                "INSERT INTO held_echoes (tenant_id, instance_id, provider_id, journal_id, held_at) VALUES ($1, $2, $3, $4, now() - make_interval(days => $5))",
                world.Instance.Value,
                id,
                journal,
                days
            );
        }

        await world.RunAsync(new EchoRetention());
        await world.RunAsync(new JournalRetention());

        (await world.ScalarAsync<string>("SELECT string_agg(provider_id, '') FROM held_echoes WHERE tenant_id = $1")).ShouldBe("b");
        (await world.ScalarAsync<string>("SELECT string_agg(journal_id::text, ' ') FROM journal_pending WHERE tenant_id = $1")).ShouldBe(
            $"{old}"
        );
        (await world.EventsAsync()).ShouldBe([old, young]);
    }

    [Fact]
    public async Task Connection_log_keeps_each_numbers_last_line()
    {
        var world = await MessagingWorld.CreateAsync();
        var other = await MessagingWorld.CreateAsync(world.Tenant);
        foreach (var (instance, days, what) in new[] { (world, 500, "a"), (world, 400, "b"), (other, 400, "c"), (other, 300, "d") })
        {
            await world.RunAsync(
                "INSERT INTO connection_log (tenant_id, instance_id, at, state, what) VALUES ($1, $2, now() - make_interval(days => $3), 'Open', $4)",
                instance.Instance.Value,
                days,
                what
            );
        }

        await world.RunAsync(new ConnectionLogRetention());

        (await world.ScalarAsync<string>("SELECT string_agg(what, '' ORDER BY what) FROM connection_log WHERE tenant_id = $1")).ShouldBe(
            "bd"
        );
    }

    [Fact]
    public async Task Address_of_a_deleted_number_goes_when_it_is_answered_as_unknown()
    {
        var world = await MessagingWorld.CreateAsync();
        // Behind every other test's.
        var unique = "~" + Guid.NewGuid().ToString("N");
        foreach (var (name, days) in new[] { ("1-old", 31), ("2-young", 29), ("3-used", 0) })
        {
            await world.RunAsync(
                """
                INSERT INTO webhook_routes (route, tenant_id, instance_id, secret_hash, deleted_at)
                VALUES ($2, $1, $3, '', CASE WHEN $4 > 0 THEN now() - make_interval(days => $4) END)
                """,
                unique + name,
                world.Instance.Value,
                days
            );
        }

        var removed = await world.RunAsync(new RouteRetention { First = unique }, new RetentionOptions { StepRows = 1 });

        removed.ShouldBe(new Dictionary<string, long> { ["webhook_routes"] = 1 });
        (
            await world.ScalarAsync<string>(
                "SELECT string_agg(right(route, -33), ' ' ORDER BY route) FROM webhook_routes WHERE tenant_id = $1"
            )
        ).ShouldBe("2-young 3-used");
    }
}
