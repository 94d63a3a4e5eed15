using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WhatsAI.Web.Metrics;

/// <summary>Adds up what the program's meters and some of the framework's tell, since this process began.</summary>
public sealed class MetricsCollector : IHostedService, IDisposable
{
    /// <summary>Series of one instrument. A tag that takes many values must not fill the memory: what comes beyond is left out.</summary>
    private const int MostSeries = 500;

    private static readonly string[] _others =
    [
        "Npgsql",
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
    ];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _series = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _reading = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("whatsai.", StringComparison.Ordinal) || _others.Contains(instrument.Meter.Name))
            {
                _series.TryAdd(instrument, new(StringComparer.Ordinal));
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>As Prometheus reads it.</summary>
    public string Write()
    {
        lock (_reading)
        {
            foreach (var (instrument, series) in _series)
            {
                if (instrument.IsObservable)
                {
                    series.Clear(); // what is no longer there is not told again
                }
            }

            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (var family in _series.GroupBy(s => s.Key.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                text.Add(family.First().Key, family.SelectMany(s => s.Value));
            }

            return text.ToString();
        }
    }

    /// <summary>A connection of the start or of a migration has no pool that was given a name: its address would stand for one.</summary>
    private static bool IsOfAnotherPool(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "db.client.connection.pool.name" && value is not "console")
            {
                return true;
            }
        }

        return false;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_series.TryGetValue(instrument, out var all) || IsOfAnotherPool(tags))
        {
            return;
        }

        var labels = PrometheusText.Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= MostSeries)
            {
                return;
            }

            series = all.GetOrAdd(labels, _ => Series.Of(instrument));
        }

        series.Take(value);
    }
}
