using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Tests.Persistence;

/// <summary>A process that holds an embedded cluster until it is killed, as a console that crashes would.</summary>
internal sealed class ClusterHolder : IDisposable
{
    public const string Verb = "--hold-cluster";
    private const string Ready = "ready";

    private readonly Process _process;

    private ClusterHolder(Process process) => _process = process;

    public static async Task<int> RunAsync(string directory)
    {
        await using var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions(directory) { Durable = false },
            NullLogger<EmbeddedPostgres>.Instance
        );
        await postgres.StartAsync();
        await Console.Out.WriteLineAsync(Ready);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public static async Task<ClusterHolder> StartAsync(string directory)
    {
        var exe = Path.Combine(AppContext.BaseDirectory, "WhatsAI.Tests");
        var start = new ProcessStartInfo(exe, [Verb, directory]) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe(Ready);
        return new ClusterHolder(process);
    }

    /// <summary>SIGKILL: no handler, no finally, no disposal runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
