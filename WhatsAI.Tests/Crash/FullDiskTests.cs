using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>The disk under the embedded database fills up while messages come in.</summary>
[Collection("failures")]
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_it_cannot_keep_and_loses_nothing_skipped_where_no_small_disk_can_be_mounted()
    {
        await using var disk = await SmallDisk.TryMountAsync();
        Assert.SkipWhen(disk is null, "tmpfs cannot be mounted here");
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var console = await ConsoleProcess.StartAsync(("Database:DataDirectory", disk!.Path));
        var postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(disk.Path), NullLogger<EmbeddedPostgres>.Instance);
        await postgres.AttachAsync(CancellationToken.None);
        await using var world = new CrashWorld(postgres.AppConnectionString, postgres.OwnerConnectionString, sandbox);
        await world.AddTenantAsync();
        var number = await world.AddNumberAsync(console.Address, new SandboxBehaviour { DeliveredMs = 200, ReadMs = 400 });
        await world.WriteAsync(number, 5, 1, 0);
        var conversations = await world.ConversationsAsync(number, 5);
        for (var i = 1; i <= Rounds.Count; i++)
        {
            var before = Refused(sandbox);
            disk.Fill();
            var watch = Stopwatch.StartNew();
            await world.WriteAsync(
                number,
                new SandboxWrite
                {
                    Text = new string('x', 30_000),
                    Count = 400,
                    RatePerSecond = 100,
                }
            );
            await Wait.UntilAsync(() => Refused(sandbox) > before + 60, "what cannot be kept is refused", 60);
            output.WriteLine($"round {i}: many times refused after {watch.Elapsed.TotalSeconds:0.0} s");

            disk.Free();
            watch.Restart();
            await Wait.UntilAsync(async () => await console.ReadinessAsync() == HttpStatusCode.OK, "ready by itself", 60);
            world.ForgetConnections();
            output.WriteLine($"round {i}: ready again after {watch.Elapsed.TotalSeconds:0.0} s");
            var reply = await world.ReplyAsync(conversations[0], $"resposta {i}");
            await Wait.UntilAsync(async () => await world.StateAsync(reply) is "Sent" or "Delivered" or "Read", "answers go out", 40);
        }

        var judge = new Judge(world, sandbox);
        await judge.RestAsync();
        await judge.ArrivalsAsync();
        await judge.CountersAsync();

        int Refused(SandboxProcess s) => s.ReadLog().Count(l => l.Kind == "webhook" && l.Status?.ToString() == "503");
    }

    /// <summary>A file system of 400 MB.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private string FillPath => System.IO.Path.Combine(Path, "fill");

        public string Path { get; } = Directory.CreateTempSubdirectory("whatsai-disk-").FullName;

        public static async Task<SmallDisk?> TryMountAsync()
        {
            var disk = new SmallDisk();
            if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", disk.Path))
            {
                return disk;
            }

            Directory.Delete(disk.Path);
            return null;
        }

        /// <summary>To the last byte.</summary>
        public void Fill()
        {
            using var file = File.Create(FillPath);
            var block = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    file.Write(block);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Free() => File.Delete(FillPath);

        public async ValueTask DisposeAsync()
        {
            // The cluster in it ends with the console that ran it, or is ended here with its disk.
            await RunAsync("umount", "--lazy", Path);
            Directory.Delete(Path);
        }

        private static async Task<bool> RunAsync(string command, params string[] arguments)
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            await process.WaitForExitAsync(Ct);
            return process.ExitCode == 0;
        }
    }
}
