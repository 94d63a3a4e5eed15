using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>Two consoles on one database of their own, a sandbox, and a company with numbers that post to the one or to the other.</summary>
internal sealed class TwoCopies : IAsyncDisposable
{
    private readonly List<ConversationId> _answered = [];

    public SandboxProcess Sandbox { get; } = new();

    public OwnCluster Cluster { get; private set; } = null!;

    public ConsoleProcess[] Copies { get; private set; } = null!;

    /// <summary>Where gateways post to while a copy may be dead.</summary>
    public FrontDoor Door { get; private set; } = null!;

    public CrashWorld World { get; private set; } = null!;

    /// <summary>Conversations of every number, for agents to answer in.</summary>
    public IReadOnlyList<ConversationId> Answered => _answered;

    public static Task<TwoCopies> StartAsync(params (string Key, string Value)[] settings) => StartAsync(migrated: true, settings);

    /// <summary>On a database without tables, which both find and one of them fills.</summary>
    public static Task<TwoCopies> StartOnNothingAsync() => StartAsync(migrated: false);

    private static async Task<TwoCopies> StartAsync(bool migrated, params (string Key, string Value)[] settings)
    {
        var copies = new TwoCopies();
        await copies.Sandbox.InitializeAsync();
        copies.Cluster = await OwnCluster.StartAsync(migrated);
        // Together: where there is something to migrate, each must wait for the other.
        copies.Copies = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => ConsoleProcess.StartAsync([.. copies.Cluster.Settings, .. settings]))
        );
        copies.Door = new FrontDoor(copies.Copies.Select(c => c.Address));
        copies.World = new CrashWorld(copies.Cluster.App, copies.Cluster.Owner, copies.Sandbox);
        await copies.World.AddTenantAsync();
        return copies;
    }

    /// <summary>A linked number with customers of whom half are answered.</summary>
    /// <param name="console">Where its gateway posts to: one of the copies, or the door before both.</param>
    public async Task<LinkedNumber> AddNumberAsync(Uri console, int customers, int slowMs = 40)
    {
        var number = await World.AddNumberAsync(
            console,
            new SandboxBehaviour
            {
                SlowMs = slowMs,
                DeliveredMs = 200,
                ReadMs = 400,
            }
        );
        await World.WriteAsync(number, customers, 1, 0);
        _answered.AddRange((await World.ConversationsAsync(number, customers)).Take((customers + 1) / 2));
        return number;
    }

    /// <summary>How many messages each number has sent, in the numbers' order, by the sandbox's own log.</summary>
    public IReadOnlyList<int> Sends() => [.. World.Numbers.Select(n => Sandbox.Sends(n.Name).Count)];

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Door.DisposeAsync();
        foreach (var copy in Copies)
        {
            await copy.DisposeAsync();
        }

        await Cluster.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
