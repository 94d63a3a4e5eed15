using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WhatsAI.Infrastructure.Live;

/// <summary>
/// Carries events between copies through LISTEN/NOTIFY on a connection of its own, never inside a business transaction (a notifying commit takes a lock
/// across the whole database). Coalesced every 25 ms per tenant. When the connection was lost, or another copy's heartbeat stops, everybody here reads again;
/// when something of ours was lost on its way, everybody elsewhere does.
/// </summary>
public sealed class EventRelay(EventHub hub, NpgsqlDataSource database, TimeProvider time, ILogger<EventRelay> log) : BackgroundService
{
    private const string ChannelName = "console_events";
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(16);

    private readonly Guid _copy = Guid.NewGuid();
    private readonly Dictionary<Guid, long> _lastHeard = [];
    private readonly Channel<ConsoleEvent> _outgoing = Channel.CreateBounded<ConsoleEvent>(
        new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true }
    );

    /// <summary>1 when events of this copy did not reach the others: too many at once, or a notice of them failed.</summary>
    private int _lost;

    /// <summary>Whether this copy hears the others now; part of readiness.</summary>
    public bool IsListening { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hub.Relay = e =>
        {
            if (!_outgoing.Writer.TryWrite(e))
            {
                Volatile.Write(ref _lost, 1);
            }
        };
        var wait = TimeSpan.FromMilliseconds(200);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notice) => Hear(notice.Payload);
                await ExecuteAsync(connection, $"LISTEN {ChannelName}", stoppingToken);
                IsListening = true;
                // Whatever happened while nobody listened was missed.
                hub.DeliverEverythingChanged();
                wait = TimeSpan.FromMilliseconds(200);
                await RelayAsync(connection, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or ObjectDisposedException)
            {
                log.LogWarning("Live updates between copies are interrupted ({Failure}); trying again in {Wait}", e.GetType().Name, wait);
                IsListening = false;
                EventMeter.Interrupted();
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromMilliseconds(Math.Min(wait.TotalMilliseconds * 2, 3_000));
            }
        }
    }

    /// <summary>One connection both listens and notifies: it waits for either, and never does both at once.</summary>
    private async Task RelayAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        var nextHeartbeat = time.GetTimestamp();
        await FlushAsync(connection, stopping);
        while (true)
        {
            if (time.GetElapsedTime(nextHeartbeat) >= TimeSpan.Zero)
            {
                await NotifyAsync(connection, EventNotice.Heartbeat(_copy), stopping);
                nextHeartbeat = time.GetTimestamp() + (long)(_heartbeat.TotalSeconds * time.TimestampFrequency);
                LookForSilence();
            }

            using (var hasOutgoing = CancellationTokenSource.CreateLinkedTokenSource(stopping))
            {
                hasOutgoing.CancelAfter(_heartbeat);
                var outgoing = _outgoing.Reader.WaitToReadAsync(hasOutgoing.Token).AsTask();
                var listening = connection.WaitAsync(hasOutgoing.Token);
                await Task.WhenAny(outgoing, listening);
                await hasOutgoing.CancelAsync();
                await ((Task)outgoing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await ((Task)listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (listening.IsFaulted)
                {
                    await listening;
                }

                stopping.ThrowIfCancellationRequested();
            }

            if (_outgoing.Reader.TryPeek(out _))
            {
                await Task.Delay(_gather, time, stopping);
                await FlushAsync(connection, stopping);
            }
        }
    }

    private async Task FlushAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        var gathered = new HashSet<ConsoleEvent>();
        while (gathered.Count < 5_000 && _outgoing.Reader.TryRead(out var e))
        {
            gathered.Add(e);
        }

        var notices =
            Interlocked.Exchange(ref _lost, 0) == 1
                ? [EventNotice.Everything(_copy)]
                : gathered.GroupBy(e => e.TenantId).Select(t => EventNotice.Of(_copy, t.Key, [.. t]));
        try
        {
            foreach (var notice in notices)
            {
                await NotifyAsync(connection, notice, stopping);
            }
        }
        catch
        {
            // Which of them got through nobody knows. The next connection says so first.
            Volatile.Write(ref _lost, 1);
            throw;
        }
    }

    private void Hear(string payload)
    {
        if (EventNotice.Parse(payload) is not { } notice || notice.Copy == _copy)
        {
            return;
        }

        lock (_lastHeard)
        {
            _lastHeard[notice.Copy] = time.GetTimestamp();
        }

        if (notice.SaysEverything())
        {
            hub.DeliverEverythingChanged();
        }

        foreach (var e in notice.Decode())
        {
            hub.Deliver(e);
        }
    }

    private void LookForSilence()
    {
        lock (_lastHeard)
        {
            foreach (var (copy, heard) in _lastHeard.ToArray())
            {
                if (time.GetElapsedTime(heard) > _silence)
                {
                    _lastHeard.Remove(copy);
                    log.LogInformation("Another copy fell silent; every screen here reads again");
                    hub.DeliverEverythingChanged();
                }
            }
        }
    }

    private static async Task NotifyAsync(NpgsqlConnection connection, EventNotice notice, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection)
        {
            Parameters =
            {
                new() { Value = ChannelName },
                new() { Value = notice.ToJson() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
