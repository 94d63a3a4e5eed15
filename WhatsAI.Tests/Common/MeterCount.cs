using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WhatsAI.Tests.Common;

/// <summary>What one counter has counted since, in the whole process: other tests may add to it.</summary>
internal sealed class MeterCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string, string?), long> _counts = new();

    public MeterCount(string instrument)
    {
        _listener.InstrumentPublished = (found, listener) =>
        {
            if (found.Name == instrument)
            {
                listener.EnableMeasurementEvents(found);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                foreach (var (name, tag) in tags)
                {
                    _counts.AddOrUpdate((name, tag as string), value, (_, sum) => sum + value);
                }
            }
        );
        _listener.Start();
    }

    public long Of(string tag, string value) => _counts.GetValueOrDefault((tag, value));

    public void Dispose() => _listener.Dispose();
}
