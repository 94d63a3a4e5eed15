using Npgsql;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Hosting;

/// <summary>What this copy needs to do its work, each by name.</summary>
/// <param name="Listener">It hears what other copies change.</param>
/// <param name="Dispatcher">The loop that sends messages turns.</param>
public sealed record ReadinessState(bool Database, bool Migrations, bool Listener, bool Dispatcher)
{
    public bool Ready => this is { Database: true, Migrations: true, Listener: true, Dispatcher: true };
}

public sealed class Readiness(NpgsqlDataSource database, EventRelay relay, Dispatcher dispatcher)
{
    /// <summary>It turns each second; a database that hangs holds it for 30 seconds at most.</summary>
    private static readonly TimeSpan _standsStill = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public bool DispatcherTurns => dispatcher.SinceTurn < _standsStill;

    /// <summary>Answers within two seconds or so, whatever is away.</summary>
    public async Task<ReadinessState> ReadAsync(CancellationToken gone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(gone);
        limit.CancelAfter(_patience);
        var (reachable, migrated) = (false, false);
        try
        {
            await using var connection = await database.OpenConnectionAsync(limit.Token);
            migrated = await MigrationState.IsCurrentAsync(connection, limit.Token);
            // Only now: a connection that was open already says nothing of a database that hangs.
            reachable = true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException && !gone.IsCancellationRequested)
        {
            // Said in the answer.
        }

        return new ReadinessState(reachable, migrated, relay.IsListening, DispatcherTurns);
    }
}
