using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
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
}
