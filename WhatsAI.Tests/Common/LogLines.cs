using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WhatsAI.Tests.Common;

/// <summary>What a console in the test's process logs, while a test asks for it: with scopes and exceptions, as an operator would read it.</summary>
public sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<Recording, bool> _recordings = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public Recording Record()
    {
        var recording = new Recording(this);
        _recordings[recording] = true;
        return recording;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _recordings.Clear();

    private void Add(string line)
    {
        foreach (var recording in _recordings.Keys)
        {
            recording.Lines.Enqueue(line);
        }
    }

    public sealed class Recording(LogLines owner) : IDisposable
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void Dispose() => owner._recordings.TryRemove(this, out _);
    }

    // The whole path is hidden when a line is written, which LoggingTests looks at.
    private static string Shown(IEnumerable<KeyValuePair<string, object>> pairs) =>
        string.Join(' ', pairs.Where(p => p.Key != "RequestPath"));

    private sealed class Logger(LogLines owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => !owner._recordings.IsEmpty;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var scopes = new List<string>();
            owner._scopes.ForEachScope(
                (scope, list) =>
                    list.Add(scope is IEnumerable<KeyValuePair<string, object>> pairs ? Shown(pairs) : scope?.ToString() ?? ""),
                scopes
            );
            owner.Add($"{logLevel} {category} {formatter(state, exception)} {string.Join(' ', scopes)} {exception}");
        }
    }
}
