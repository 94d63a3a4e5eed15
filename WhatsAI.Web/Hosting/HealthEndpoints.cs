using Npgsql;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Hosting;

/// <summary>For load balancers and people: "live" is this process, "ready" is whether it can do its work now.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => "ok").AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    private static async Task<IResult> ReadyAsync(NpgsqlDataSource database, EventRelay relay, CancellationToken gone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(gone);
        limit.CancelAfter(_patience);
        var (reachable, migrated) = (false, false);
        try
        {
            await using var connection = await database.OpenConnectionAsync(limit.Token);
            reachable = true;
            migrated = await MigrationState.IsCurrentAsync(connection, limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException && !gone.IsCancellationRequested)
        {
            // Said below.
        }

        var answer = new Readiness(reachable, migrated, relay.IsListening);
        var ready = answer is { Database: true, Migrations: true, Listener: true };
        return Results.Json(answer, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private sealed record Readiness(bool Database, bool Migrations, bool Listener);
}
