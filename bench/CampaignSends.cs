using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Bench;

/// <summary>
/// A campaign from the pools' queues to the sandbox and back into the ledger, by the console as it is deployed: every number is due, sends one message, and
/// time is set forward for all of them when the last one has gone. Beside it what the sandbox takes without a console, and what the database commits.
/// </summary>
internal static class CampaignSends
{
    private const int AtOnce = 32;

    public static async Task RunAsync(BenchOptions options)
    {
        var numbers = options.Of("numbers", 1_000, 100);
        var waves = options.Of("waves", 6, 2);
        var table = new Table(
            $"Campaign sends through the sandbox: {numbers} numbers in pools of {PoolCluster.OfPool}, each {waves} messages to people nobody knows",
            "gateway",
            "sends recorded",
            "of the sandbox alone",
            "of one-row commits",
            "processor a send: console + PostgreSQL + sandbox",
            "cores busy",
            "transactions a send"
        );
        var limits = await MeasureAsync(
            table,
            "answers at once, no webhooks",
            numbers,
            waves,
            new() { Echo = SandboxEcho.None, Receipts = false }
        );
        if (options.Of("echo", 1, 1) == 1)
        {
            await MeasureAsync(table, "echo first, receipt after 0.7 s", numbers, waves, new() { ReadMs = null }, limits);
        }

        table.Print();
    }

    private static async Task<Limits> MeasureAsync(
        Table table,
        string what,
        int count,
        int waves,
        SandboxBehaviour behaviour,
        Limits? limits = null
    )
    {
        await using var world = await World.StartAsync(0);
        await Statements.EnableAsync(world);
        var numbers = new List<LinkedNumber>();
        foreach (var some in Enumerable.Range(0, count).Chunk(25))
        {
            numbers.AddRange(
                await Task.WhenAll(
                    some.Select(_ => LinkedNumber.AddAsync(world.Owner, world.Tenant, world.Console.Address, world.Sandbox, behaviour))
                )
            );
        }

        await ArrangeAsync(world, count, count * (waves + 2), PoolCluster.Pace);
        // The first two compile it, and let the planner see tables that are not empty.
        await WaveAsync(world, count);
        await WaveAsync(world, count);
        await world.RunAsync("VACUUM (ANALYZE)");
        await QuietAsync(world);
        await Statements.ResetAsync(world);
        var (cpu, sandbox, commits, took) = (
            await Cpu.OfAsync(world),
            Cpu.Of(world.Sandbox.ProcessId),
            await CommitsAsync(world),
            TimeSpan.Zero
        );
        var busy = Stopwatch.StartNew();
        for (var i = 0; i < waves; i++)
        {
            took += await WaveAsync(world, count);
        }

        var whole = busy.Elapsed;
        var sends = count * waves;
        var (spent, of) = (await Cpu.OfAsync(world) - cpu, Cpu.Of(world.Sandbox.ProcessId) - sandbox);
        commits = await CommitsAsync(world) - commits;
        await Statements.ListAsync(world.Admin, $"What a send asks of the database: {what}", sends);
        limits ??= new Limits(await AloneAsync(world, numbers, TimeSpan.FromSeconds(5)), await RowsAsync(world, TimeSpan.FromSeconds(5)));
        var rate = sends / took.TotalSeconds;
        table.Add(
            what,
            Table.Rate(rate),
            $"{Table.Share(rate / limits.Sandbox)} of {Table.Rate(limits.Sandbox)}",
            $"{Table.Share(rate / limits.Commits)} of {Table.Rate(limits.Commits)}",
            string.Create(CultureInfo.InvariantCulture, $"{spent.Each(sends)[..^3]} + {of.TotalMilliseconds / sends:0.00} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{(spent.Console + spent.Database + of) / whole:0.0}"),
            string.Create(CultureInfo.InvariantCulture, $"{(double)commits / sends:0.0}")
        );
        return limits;
    }

    /// <summary>All of them in pools, long in use, with messages waiting to be sent by this pace.</summary>
    public static async Task ArrangeAsync(World world, int numbers, int messages, string pace)
    {
        var pools = Math.Max(1, numbers / PoolCluster.OfPool);
        await world.RunAsync(
            """
            INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at)
            SELECT gen_random_uuid(), $1, 'Pool ' || lpad(n::text, 4, '0'), false, 'LeastUsed', true, $3::jsonb, 0, '{}', now() FROM generate_series(1, $2) n
            """,
            world.Tenant.Value,
            pools,
            pace
        );
        await world.RunAsync(
            """
            WITH old AS (UPDATE instances SET created_at = now() - interval '3 years')
            INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
            SELECT i.tenant_id, i.id, p.id, 'Active', now(), 'ByPerson'
            FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS n FROM instances) i
            JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS n FROM pools) p ON p.n = i.n % $1
            """,
            pools
        );
        await world.RunAsync(
            """
            INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
            SELECT tenant_id, id, '2023-01-01', '-infinity', 0, 0, '-infinity', 0, 0 FROM instances ON CONFLICT DO NOTHING
            """
        );
        await PoolCluster.FeedAsync(world.Admin, pools, messages);
    }

    /// <summary>Until every number has sent one message and its end is written.</summary>
    private static async Task<TimeSpan> WaveAsync(World world, int count)
    {
        var left = await world.ScalarAsync<long>("SELECT sum(waiting) FROM pool_queues") - count;
        await world.RunAsync(
            "UPDATE pace_states SET last_at = last_at - interval '10 minutes', not_before = not_before - interval '10 minutes', in_series = 0, sent_this_hour = 0"
        );
        var watch = Stopwatch.StartNew();
        await world.RunAsync("UPDATE work_list SET due_at = now() WHERE kind = 'Outbound'");
        while (
            await world.ScalarAsync<bool>(
                "SELECT (SELECT sum(waiting) FROM pool_queues) > $1 OR EXISTS (SELECT FROM messages WHERE delivery = 'Sending')",
                left
            )
        )
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(3))
            {
                throw new TimeoutException("The campaign does not flow: " + string.Join('\n', world.Console.LastLines(20)));
            }

            await Task.Delay(20);
        }

        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"  a wave of {count}: {count / watch.Elapsed.TotalSeconds:0}/s")
        );
        return watch.Elapsed;
    }

    /// <summary>Until the receipts of what went before are stored.</summary>
    private static async Task QuietAsync(World world)
    {
        await Task.Delay(1_500);
        await world.DrainAsync();
    }

    private static Task<long> CommitsAsync(World world) =>
        world.ScalarAsync<long>("SELECT sum(xact_commit)::bigint FROM pg_stat_database WHERE datname = current_database()");

    /// <summary>The sandbox without a console: the same call, as many at once as the console makes of one server.</summary>
    private static async Task<double> AloneAsync(World world, List<LinkedNumber> numbers, TimeSpan length)
    {
        var phones = 60_000_000;
        await world.RunAsync("UPDATE work_list SET due_at = NULL WHERE kind = 'Outbound'");
        using var http = new HttpClient { BaseAddress = world.Sandbox.Address };
        var (calls, watch) = (0, Stopwatch.StartNew());
        await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async n =>
                {
                    while (watch.Elapsed < length)
                    {
                        var number = numbers[(n + calls) % numbers.Count];
                        using var request = new HttpRequestMessage(HttpMethod.Post, $"message/sendText/{number.Name}");
                        request.Headers.Add("apikey", number.Token);
                        request.Content = new StringContent(
                            JsonSerializer.Serialize(new { number = $"55119{Interlocked.Increment(ref phones)}", text = "Olá!" }),
                            System.Text.Encoding.UTF8,
                            "application/json"
                        );
                        using var answer = await http.SendAsync(request);
                        answer.EnsureSuccessStatusCode();
                        Interlocked.Increment(ref calls);
                    }
                })
        );
        return calls / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Commits of one small row each.</summary>
    private static async Task<double> RowsAsync(World world, TimeSpan length)
    {
        await world.RunAsync("CREATE TABLE bench_rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL)");
        var (rows, watch) = (0, Stopwatch.StartNew());
        await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async _ =>
                {
                    await using var connection = await world.Admin.OpenConnectionAsync();
                    await using var command = new Npgsql.NpgsqlCommand("INSERT INTO bench_rows (at) VALUES (now())", connection);
                    await command.PrepareAsync();
                    while (watch.Elapsed < length)
                    {
                        await command.ExecuteNonQueryAsync();
                        Interlocked.Increment(ref rows);
                    }
                })
        );
        return rows / watch.Elapsed.TotalSeconds;
    }

    /// <summary>A second, with nothing else at work.</summary>
    private sealed record Limits(double Sandbox, double Commits);
}
