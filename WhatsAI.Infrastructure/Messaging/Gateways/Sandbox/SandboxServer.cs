using System.Collections.Concurrent;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>One pretended Evolution API: its instances, phones, customers, and the record of what left. All of it in memory.</summary>
public sealed class SandboxServer : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public SandboxServer(SandboxOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
        Random = new SandboxRandom(options.Seed);
        Log = new SandboxLog(options.LogFile, time);
        Webhooks = new SandboxWebhooks(options, Log, Random, time);
        Lifecycle = new SandboxLifecycle(this);
        Phone = new SandboxPhone(this);
    }

    public SandboxOptions Options { get; }

    internal TimeProvider Time { get; }
    internal SandboxRandom Random { get; }
    internal SandboxLog Log { get; }
    internal SandboxWebhooks Webhooks { get; }
    internal SandboxLifecycle Lifecycle { get; }
    internal SandboxPhone Phone { get; }
    internal ConcurrentDictionary<string, SandboxInstance> Instances { get; } = new();
    internal SandboxFaults Faults { get; set; } = new();

    internal DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Something that happens on its own later; ends with the server.</summary>
    internal void Later(int milliseconds, Func<Task> work, CancellationToken until = default) =>
        _ = LaterAsync(TimeSpan.FromMilliseconds(milliseconds), work, until);

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var instance in Instances.Values)
        {
            instance.Socket?.Cancel();
        }

        Webhooks.Dispose();
        Log.Dispose();
    }

    private async Task LaterAsync(TimeSpan delay, Func<Task> work, CancellationToken until)
    {
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, until);
            await Task.Delay(delay, Time, both.Token);
            await work();
        }
        catch (OperationCanceledException)
        {
            // stopped before it was due
        }
    }
}
