using System.Diagnostics;

namespace WhatsAI.Bench;

/// <summary>Posts from many connections at once: as fast as they are answered, or at a steady rate.</summary>
internal sealed class Load(HookConnection[] connections)
{
    private int _refused;

    /// <summary>Answers other than 200.</summary>
    public int Refused => _refused;

    /// <summary>Each connection posts again as soon as it was answered, for so long. How many were answered 200.</summary>
    public async Task<int> FlatOutAsync(TimeSpan duration, Func<int, byte[]> request, Latencies latencies)
    {
        var (n, stored) = (0, 0);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            connections.Select(c =>
                Task.Run(async () =>
                {
                    while (watch.Elapsed < duration)
                    {
                        var bytes = request(Interlocked.Increment(ref n));
                        var sent = Stopwatch.GetTimestamp();
                        var status = await c.PostAsync(bytes);
                        latencies.Add(Stopwatch.GetElapsedTime(sent));
                        _ = status == 200 ? Interlocked.Increment(ref stored) : Interlocked.Increment(ref _refused);
                    }
                })
            )
        );
        return stored;
    }

    /// <summary>So many a second, whatever the answers take, as long as a connection is free. Told of each before it is posted, and when it was answered.</summary>
    public Task SteadyAsync(double perSecond, int count, Func<int, byte[]> request, Action<int, long, long> answered) =>
        SteadyAsync(perSecond, count, request, _ => { }, answered);

    public async Task SteadyAsync(
        double perSecond,
        int count,
        Func<int, byte[]> request,
        Action<int> posted,
        Action<int, long, long> answered
    )
    {
        var next = -1;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            connections.Select(c =>
                Task.Run(async () =>
                {
                    while (Interlocked.Increment(ref next) is var n && n < count)
                    {
                        var bytes = request(n);
                        var early = TimeSpan.FromSeconds(n / perSecond) - Stopwatch.GetElapsedTime(begin);
                        if (early > TimeSpan.Zero)
                        {
                            await Task.Delay(early);
                        }

                        posted(n);
                        var sent = Stopwatch.GetTimestamp();
                        if (await c.PostAsync(bytes) == 200)
                        {
                            answered(n, sent, Stopwatch.GetTimestamp());
                        }
                        else
                        {
                            Interlocked.Increment(ref _refused);
                        }
                    }
                })
            )
        );
    }
}
