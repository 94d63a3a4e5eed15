using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>kill -9 while messages flow in and replies flow out; the sandbox's own log is the judge.</summary>
[Collection("processes")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Customers = 12;
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(30);

    /// <summary>From here on the report says who waited for whom.</summary>
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task Killed_again_and_again_the_console_loses_nothing_and_sends_nothing_twice()
    {
        var random = Rounds.Seeded(output);
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var console = await ConsoleProcess.StartAsync();
        var postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(console.DataDirectory), NullLogger<EmbeddedPostgres>.Instance);
        await postgres.AttachAsync(CancellationToken.None);
        await using var world = new CrashWorld(postgres.AppConnectionString, postgres.OwnerConnectionString, sandbox);
        await world.AddTenantAsync();
        var answered = new List<ConversationId>();
        for (var i = 0; i < 3; i++)
        {
            // A slow gateway has a send in flight most of the time, so that kills meet one.
            var number = await world.AddNumberAsync(
                console.Address,
                new SandboxBehaviour
                {
                    SlowMs = 60,
                    DeliveredMs = 200,
                    ReadMs = 400,
                }
            );
            await world.WriteAsync(number, Customers, 1, 0);
            answered.AddRange((await world.ConversationsAsync(number, Customers)).Take(Customers / 2));
        }

        await using var composer = new Composer(world, answered, 4, random);
        var judge = new Judge(world, sandbox);
        var resumed = new List<TimeSpan>();
        for (var i = 0; i < Rounds.Count; i++)
        {
            // 3 numbers x 12 customers x 3 a second, before the kill and after it: 108 messages a second.
            foreach (var number in world.Numbers)
            {
                await world.WriteAsync(number, Customers, 30, 3);
            }

            var before = sandbox.ReadLog().Count(l => l.Kind == "send");
            await composer.UntilAsync(() => sandbox.ReadLog().Count(l => l.Kind == "send") > before + 10, "replies flow out", 20);
            await Task.Delay(random.Next(300, 2000), TestContext.Current.CancellationToken);
            await console.KillHardAsync();
            var killed = Stopwatch.StartNew();
            var sends = world.Numbers.ToDictionary(n => n, n => sandbox.Sends(n.Name).Count);
            var starting = console.StartAgainAsync();
            if (await Task.WhenAny(starting, Task.Delay(_late, TestContext.Current.CancellationToken)) != starting)
            {
                output.WriteLine($"kill {i + 1}: not ready yet\n{await WaitingAsync(postgres)}");
            }

            var start = await starting;
            await composer.UntilAsync(() => world.Numbers.All(n => sandbox.Sends(n.Name).Count > sends[n]), "every number sends again", 60);
            resumed.Add(killed.Elapsed);
            output.WriteLine(
                $"kill {i + 1}: ready after {start.TotalSeconds:0.0} s, every number sends after {killed.Elapsed.TotalSeconds:0.0} s"
            );
            if (resumed[^1] > _late)
            {
                output.WriteLine(string.Join('\n', console.LastLines(60)));
            }

            await judge.CaughtUpAsync();
        }

        await composer.StopAsync();
        var written = sandbox.ReadLog().Count(l => l.Kind == "received");
        await judge.RestAsync(180);
        await judge.ArrivalsAsync();
        var doubtful = await judge.RepliesAsync([.. composer.Replies], Rounds.Count * world.Numbers.Count);
        await judge.CountersAsync();
        resumed.ShouldAllBe(r => r < _most);
        output.WriteLine(
            $"{written} messages in when the last kill was over, {composer.Replies.Count} replies, {doubtful} in doubt that did not go out"
        );
    }

    private static async Task<string> WaitingAsync(EmbeddedPostgres postgres)
    {
        await using var connection = new NpgsqlConnection(
            ClusterProvision.ConnectionString(postgres.Home.SocketDirectory, ClusterProvision.Admin, pooled: false)
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT string_agg(concat_ws(' ', pid, usename, state, now() - state_change, wait_event, pg_blocking_pids(pid)::text, left(query, 90)), E'\n')
            FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()
            """,
            connection
        );
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) as string ?? "nobody is at work in the database";
    }
}
