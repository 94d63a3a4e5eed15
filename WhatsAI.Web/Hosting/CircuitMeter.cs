using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace WhatsAI.Web.Hosting;

/// <summary>People's open screens. One for all circuits: a handler made per circuit would count the same.</summary>
public sealed class CircuitMeter : CircuitHandler
{
    public const string Name = "whatsai.circuits";
    private static readonly Meter _meter = new(Name);

    private static readonly UpDownCounter<long> _open = _meter.CreateUpDownCounter<long>(
        "whatsai.circuits.open",
        "{circuit}",
        "Circuits in memory, those waiting for their browser to come back included"
    );

    private static readonly UpDownCounter<long> _connected = _meter.CreateUpDownCounter<long>(
        "whatsai.circuits.connected",
        "{circuit}",
        "Circuits whose browser is connected now"
    );

    private static readonly Counter<long> _died = _meter.CreateCounter<long>(
        "whatsai.circuits.died",
        "{circuit}",
        "Circuits ended by an exception, by page"
    );

    // A circuit that ends may be told to have lost its connection once more.
    private readonly ConcurrentDictionary<string, byte> _up = new(StringComparer.Ordinal);

    /// <param name="page">The route's template ("/t/{slug}/inbox"), never an address with ids.</param>
    public static void Died(string page) => _died.Add(1, KeyValuePair.Create<string, object?>("page", page));

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _open.Add(1);
        return Task.CompletedTask;
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_up.TryAdd(circuit.Id, 0))
        {
            _connected.Add(1);
        }

        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Lost(circuit);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Lost(circuit);
        _open.Add(-1);
        return Task.CompletedTask;
    }

    private void Lost(Circuit circuit)
    {
        if (_up.TryRemove(circuit.Id, out _))
        {
            _connected.Add(-1);
        }
    }
}
