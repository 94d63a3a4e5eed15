using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>kill -9 in the middle of a failover: the next one who looks at the number goes on with it, and nothing is moved twice.</summary>
[Collection("failures")]
public sealed class KilledFailoverTests(ITestOutputHelper output)
{
    private const int Customers = 240;

    [Fact]
    public async Task Failover_that_was_killed_in_the_middle_is_finished_after_the_restart()
    {
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var console = ConsoleProcess.New();
        await MigratedCluster.CopyToAsync(console.DataDirectory);
        await console.StartAgainAsync();
        var postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(console.DataDirectory), NullLogger<EmbeddedPostgres>.Instance);
        await postgres.AttachAsync(CancellationToken.None);
        await using var world = new CrashWorld(postgres.AppConnectionString, postgres.OwnerConnectionString, sandbox);
        await world.AddTenantAsync();
        for (var i = 0; i < 2; i++)
        {
            await world.AddNumberAsync(console.Address, new SandboxBehaviour { DeliveredMs = 100, ReadMs = 200 });
        }

        await FailoverWorld.PoolAsync(world, [MemberRole.Active, MemberRole.Backup]);
        var banned = world.Numbers[0];
        await world.WriteAsync(banned, Customers, 1, 0);
        var threads = await world.ConversationsAsync(banned, Customers);
        // In nobody's hands before the ban: it is to wait, and not to be on its way.
        await world.RunAsync(
            "UPDATE work_list SET lease_until = now() + interval '30 seconds' WHERE kind = 'Outbound' AND tenant_id = $1 AND instance_id = $2",
            banned.Id.Value
        );
        var waiting = await world.ReplyAsync(threads[^1], "já volto");

        await sandbox.Control.CloseAsync(banned.Name, 403);
        var moved = 0;
        while (moved == 0)
        {
            moved = await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1");
        }

        await console.KillHardAsync();
        moved = await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1");
        output.WriteLine($"killed after {moved} of {Customers} conversations");
        moved.ShouldBeLessThan(Customers, "it was not killed in the middle");
        var killed = Stopwatch.StartNew();
        await console.StartAgainAsync();
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<bool>("SELECT finished_at IS NOT NULL FROM failovers WHERE tenant_id = $1"),
            "it is finished",
            60
        );
        output.WriteLine($"finished {killed.Elapsed.TotalSeconds:0.0} s after the kill, the start included");

        await Wait.UntilAsync(
            async () => await world.StateAsync(waiting) is "Sent" or "Delivered" or "Read",
            "the answer that waited is out"
        );
        (await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(Customers);
        (await world.ScalarAsync<long>("SELECT count(*) FROM failover_conversations WHERE tenant_id = $1")).ShouldBe(Customers);
        (await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND kind = 'Line'")).ShouldBe(2 * Customers);
        (
            await world.ScalarAsync<long>(
                "SELECT count(*) FROM conversation_heads WHERE tenant_id = $1 AND status = 'Open' AND instance_id = $2",
                world.Numbers[1].Id.Value
            )
        ).ShouldBe(Customers);
        (await world.ListAsync("SELECT role FROM pool_members WHERE tenant_id = $1 ORDER BY role")).ShouldBe(["Active", "Quarantined"]);
        (await world.ScalarAsync<long>("SELECT count(*) FROM role_changes WHERE tenant_id = $1")).ShouldBe(2);
        sandbox.ReadLog().Count(l => l.Kind == "send").ShouldBe(1);
        await new Judge(world, sandbox).CountersAsync();
    }

    [Fact]
    public async Task Failover_whose_copy_is_killed_in_the_middle_is_finished_by_the_other_copy()
    {
        const int people = 60;
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var cluster = await OwnCluster.StartAsync();
        var copies = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => ConsoleProcess.StartAsync(Named(cluster, $"copy-{n}"))));
        await using var first = copies[0];
        await using var second = copies[1];
        await using var world = new CrashWorld(cluster.App, cluster.Owner, sandbox);
        await world.AddTenantAsync();
        foreach (var copy in copies)
        {
            await world.AddNumberAsync(copy.Address);
        }

        await FailoverWorld.PoolAsync(world, [MemberRole.Active, MemberRole.Backup]);
        var banned = world.Numbers[0];
        await world.WriteAsync(banned, people, 1, 0);
        var threads = await world.ConversationsAsync(banned, people);
        var last = threads.Max(t => t.Value);

        // Who moves people waits at the last one of them, with its twenty half done.
        string playing;
        await using (var holder = NpgsqlDataSource.Create(cluster.Owner))
        await using (var connection = await holder.OpenConnectionAsync())
        await using (var held = await connection.BeginTransactionAsync())
        {
            await using (var hold = new NpgsqlCommand("SELECT FROM conversations WHERE id = $1 FOR UPDATE", connection))
            {
                hold.Parameters.Add(new NpgsqlParameter { Value = last });
                await hold.ExecuteNonQueryAsync();
            }

            await sandbox.Control.CloseAsync(banned.Name, 403);
            await Wait.UntilAsync(async () => await WaitingAsync(world, connection.ProcessID) is not null, "a copy is in the middle", 30);
            playing = (await WaitingAsync(world, connection.ProcessID))!;
            (await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(people - 20);
            await copies[playing[^1] - '0'].KillHardAsync();
        }

        var killed = Stopwatch.StartNew();
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<bool>("SELECT finished_at IS NOT NULL FROM failovers WHERE tenant_id = $1"),
            "the other one finishes it",
            60
        );
        output.WriteLine($"{playing} was killed, the other one had finished {killed.Elapsed.TotalSeconds:0.0} s later");
        (await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(people);
        (await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND kind = 'Line'")).ShouldBe(2 * people);
        (await world.ListAsync("SELECT role FROM pool_members WHERE tenant_id = $1 ORDER BY role")).ShouldBe(["Active", "Quarantined"]);
        (await world.ScalarAsync<long>("SELECT count(*) FROM role_changes WHERE tenant_id = $1")).ShouldBe(2);
        await new Judge(world, sandbox).CountersAsync();
    }

    /// <summary>Which copy waits for what <paramref name="holder"/> has locked, and for nothing else; as the role sees that both have.</summary>
    private static async Task<string?> WaitingAsync(CrashWorld world, int holder)
    {
        await using var command = world.App.CreateCommand(
            "SELECT application_name FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) AND application_name LIKE 'copy-_'"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = holder });
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>A copy whose sessions can be told from the other's.</summary>
    private static (string Key, string Value)[] Named(OwnCluster cluster, string name) =>
        [
            ("ConnectionStrings:Console", new NpgsqlConnectionStringBuilder(cluster.App) { ApplicationName = name }.ConnectionString),
            ("ConnectionStrings:ConsoleOwner", cluster.Owner),
        ];
}
