using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>One console on a cluster that a test may stop, one sandbox: shared by the tests that kill neither of them.</summary>
public sealed class RunningConsole : IAsyncLifetime
{
    internal OwnCluster Cluster { get; private set; } = null!;

    internal ConsoleProcess Console { get; private set; } = null!;

    internal SandboxProcess Sandbox { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Sandbox.InitializeAsync();
        Cluster = await OwnCluster.StartAsync();
        Console = await ConsoleProcess.StartAsync(Cluster.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Console.DisposeAsync();
        await Cluster.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    /// <summary>A company of the test's own.</summary>
    internal async Task<CrashWorld> NewWorldAsync()
    {
        var world = new CrashWorld(Cluster.App, Cluster.Owner, Sandbox);
        await world.AddTenantAsync();
        return world;
    }
}

/// <summary>One after another: each of these tests wants the machine's two cores for itself.</summary>
[CollectionDefinition("crash")]
public sealed class CrashTests : ICollectionFixture<RunningConsole>;

/// <summary>Those that start and end consoles of their own, one test at a time, beside <see cref="CrashTests"/>: both mostly wait for leases to lapse.</summary>
[CollectionDefinition("processes")]
public sealed class ProcessTests;

/// <summary>The second half of <see cref="ProcessTests"/>, beside it: together they took longer than all else.</summary>
[CollectionDefinition("failures")]
public sealed class FailureTests;
