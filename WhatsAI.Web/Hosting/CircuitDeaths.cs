using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace WhatsAI.Web.Hosting;

/// <summary>A screen that an exception ended.</summary>
/// <param name="Slug">The company whose screen it was; null outside of all companies.</param>
/// <param name="Page">The route's template, "/t/{slug}/inbox/{id}": an address would name conversations.</param>
/// <param name="Failure">The exception's type.</param>
public sealed record CircuitDeath(DateTimeOffset At, string? Slug, string Page, string Failure);

/// <summary>
/// The circuits of this copy that died of an exception. The framework says so only in its log, and its error boundaries do not see it (a key twice in a list
/// is enough), so this is a log provider that listens for that one line.
/// </summary>
public sealed class CircuitDeaths(TimeProvider time, IServiceProvider services) : ILoggerProvider
{
    // The framework's names. A test kills a real circuit, and so finds out when they change.
    private const string Category = "Microsoft.AspNetCore.Components.Server.Circuits.CircuitHost";
    private const string EventName = "CircuitUnhandledException";

    private const int Kept = 50;
    private readonly ConcurrentDictionary<string, NavigationManager> _pages = new(StringComparer.Ordinal);
    private readonly PageRoutes _routes = new(typeof(CircuitDeaths).Assembly);
    private readonly ConcurrentQueue<CircuitDeath> _last = new();
    private long _count;

    /// <summary>Since this copy started.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The newest of a company's, newest first.</summary>
    public IReadOnlyList<CircuitDeath> Of(string slug) =>
        [.. _last.Reverse().Where(d => slug.Equals(d.Slug, StringComparison.OrdinalIgnoreCase))];

    public ILogger CreateLogger(string categoryName) => categoryName == Category ? new Listener(this) : Deaf.Instance;

    public void Dispose() => _pages.Clear();

    internal void Watch(Circuit circuit, NavigationManager page) => _pages[circuit.Id] = page;

    internal void Forget(Circuit circuit) => _pages.TryRemove(circuit.Id, out _);

    private void Died(string? circuit, Exception? exception)
    {
        var path = circuit is not null && _pages.TryGetValue(circuit, out var manager) ? new Uri(manager.Uri).AbsolutePath : "";
        var page = _routes.TemplateOf(path);
        var slug = path.Split('/') is ["", "t", var company, ..] ? Uri.UnescapeDataString(company) : null;
        var failure = exception?.GetType().Name ?? "unknown";
        Interlocked.Increment(ref _count);
        _last.Enqueue(new CircuitDeath(time.GetUtcNow(), slug, page, failure));
        while (_last.Count > Kept)
        {
            _last.TryDequeue(out _);
        }

        CircuitMeter.Died(page);
        services.GetRequiredService<ILogger<CircuitMeter>>().LogError("A screen died at {Page}: {Failure}", page, failure);
    }

    private sealed class Listener(CircuitDeaths deaths) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (eventId.Name == EventName)
            {
                var circuit = (state as IEnumerable<KeyValuePair<string, object?>>)?.FirstOrDefault(p => p.Key == "CircuitId").Value;
                deaths.Died(circuit?.ToString(), exception);
            }
        }
    }

    private sealed class Deaf : ILogger
    {
        public static readonly Deaf Instance = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) { }
    }
}

/// <summary>Tells which page a circuit shows, as long as it lives.</summary>
public sealed class CircuitPage(CircuitDeaths deaths, NavigationManager page) : CircuitHandler
{
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        deaths.Watch(circuit, page);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        deaths.Forget(circuit);
        return Task.CompletedTask;
    }
}
