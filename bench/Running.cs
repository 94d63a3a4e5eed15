using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace WhatsAI.Bench;

/// <summary>What this program has started: gone when it is, also when it is interrupted.</summary>
internal static class Running
{
    private static readonly ConcurrentDictionary<IAsyncDisposable, byte> Started = new();

    public static void Add(IAsyncDisposable one) => Started[one] = 0;

    public static void Remove(IAsyncDisposable one) => Started.TryRemove(one, out _);

    /// <summary>Keep what it gives: Ctrl+C and SIGTERM stop everything and end the program.</summary>
    public static IReadOnlyList<IDisposable> WatchSignals() =>
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave)];

    private static void Leave(PosixSignalContext signal)
    {
        signal.Cancel = true;
        foreach (var one in Started.Keys)
        {
            try
            {
                one.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"{one.GetType().Name} could not be stopped: {e.Message}");
            }
        }

        Environment.Exit(130);
    }
}
