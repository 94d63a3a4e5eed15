namespace WhatsAI.Web.Hosting;

/// <summary>
/// For load balancers and supervisors. "live" is this process: 503 means that only a start anew helps. "ready" is whether it can do its work now, and names
/// what is missing. Nothing in the answers is a secret: both are open to everybody.
/// </summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", Live).AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    // A database that is away is no reason to kill the process that waits for it.
    private static IResult Live(Readiness readiness, CircuitDeaths deaths)
    {
        var turns = readiness.DispatcherTurns;
        return Answer(
            new
            {
                Process = true,
                Dispatcher = turns,
                DeadCircuits = deaths.Count,
            },
            turns
        );
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, CircuitDeaths deaths, CancellationToken gone)
    {
        var state = await readiness.ReadAsync(gone);
        return Answer(
            new
            {
                state.Database,
                state.Migrations,
                state.Listener,
                state.Dispatcher,
                DeadCircuits = deaths.Count,
            },
            state.Ready
        );
    }

    private static IResult Answer(object body, bool good) =>
        Results.Json(body, statusCode: good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
