using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// Which members have a window of this process open: one sign of life for each and beat, however many windows he has. When the last one is closed he is
/// given a moment to load a page anew, and then counts as gone; where the process dies, his sign of life grows old by itself.
/// </summary>
public sealed class OpenWindows(NpgsqlDataSource database, EventHub hub, WorkSignal work, TimeProvider time, ILogger<OpenWindows> log)
    : BackgroundService
{
    private static readonly TimeSpan _beat = AgentSql.Fresh / 3;

    // A page that is loaded anew closes its window before it opens the next.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(TenantId Tenant, UserId User), int> _windows = [];
    private readonly ConcurrentDictionary<(TenantId Tenant, UserId User), long> _closed = new();

    /// <summary>A window of the member was opened; disposing it says that it was closed.</summary>
    public IDisposable Open(TenantId tenant, UserId user)
    {
        var key = (tenant, user);
        bool first;
        lock (_gate)
        {
            _windows[key] = _windows.GetValueOrDefault(key) + 1;
            first = _windows[key] == 1 && !_closed.TryRemove(key, out _);
        }

        if (first)
        {
            _ = TellAsync(tenant, [user], hasLeft: false);
        }

        return new Window(() => Close(key));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beatAt = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var tenant in Gone().GroupBy(k => k.Tenant, k => k.User))
                {
                    await TellAsync(tenant.Key, [.. tenant], hasLeft: true);
                }

                if (time.GetElapsedTime(beatAt) >= _beat)
                {
                    beatAt = time.GetTimestamp();
                    foreach (var tenant in Present().GroupBy(k => k.Tenant, k => k.User))
                    {
                        await WriteAsync(tenant.Key, [.. tenant], hasLeft: false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The copy stops: its windows are opened again at another.
        }
    }

    private void Close((TenantId, UserId) key)
    {
        lock (_gate)
        {
            if (--_windows[key] == 0)
            {
                _windows.Remove(key);
                _closed[key] = time.GetTimestamp();
            }
        }
    }

    private List<(TenantId Tenant, UserId User)> Gone()
    {
        lock (_gate)
        {
            var gone = _closed.Where(c => time.GetElapsedTime(c.Value) >= _grace).Select(c => c.Key).ToList();
            gone.ForEach(key => _closed.TryRemove(key, out _));
            return gone;
        }
    }

    private List<(TenantId Tenant, UserId User)> Present()
    {
        lock (_gate)
        {
            return [.. _windows.Keys];
        }
    }

    private async Task TellAsync(TenantId tenant, UserId[] users, bool hasLeft)
    {
        if (await WriteAsync(tenant, users, hasLeft))
        {
            hub.Publish(users.Select(u => new AgentChanged(tenant, u)));
            work.Raise(WorkKind.Assign);
        }
    }

    private async Task<bool> WriteAsync(TenantId tenant, UserId[] users, bool hasLeft)
    {
        try
        {
            await using var transaction = await database.BeginAsync(tenant, CancellationToken.None);
            // Who has a window at another copy is seen again with its next beat.
            await using var command = transaction.Connection.Sql(
                """
                INSERT INTO agents (tenant_id, user_id, seen_at)
                SELECT m.tenant_id, m.user_id, CASE WHEN $3 THEN NULL ELSE now() END FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = ANY ($2)
                ORDER BY m.user_id
                ON CONFLICT (tenant_id, user_id) DO UPDATE SET seen_at = excluded.seen_at
                """,
                tenant.Value,
                Array.ConvertAll(users, u => u.Value),
                hasLeft
            );
            await command.ExecuteNonQueryAsync();
            if (!hasLeft)
            {
                await AssignmentQueue.WakeAsync(transaction.Connection, tenant, CancellationToken.None);
            }

            await transaction.CommitAsync(CancellationToken.None);
            return true;
        }
        catch (Exception e)
            when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            log.LogInformation(
                "Presence of {Count} members of {TenantId} could not be noted ({Failure})",
                users.Length,
                tenant,
                e.GetType().Name
            );
            return false;
        }
    }

    private sealed class Window(Action close) : IDisposable
    {
        private Action? _close = close;

        public void Dispose() => Interlocked.Exchange(ref _close, null)?.Invoke();
    }
}
