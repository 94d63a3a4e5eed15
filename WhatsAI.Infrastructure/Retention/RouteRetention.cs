using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>Addresses of deleted numbers. No setting: after this time they are answered as unknown anyway.</summary>
internal sealed class RouteRetention : IRetentionRule
{
    /// <summary>$1 the address to begin after, $2 rows, $3 how long.</summary>
    internal const string StepSql = """
        WITH looked AS MATERIALIZED (
            SELECT route FROM webhook_routes WHERE route > $1 ORDER BY route LIMIT $2
        ), removed AS (
            DELETE FROM webhook_routes r WHERE r.route = ANY (ARRAY(SELECT route::text FROM looked)) AND r.deleted_at < now() - $3
            RETURNING 1
        )
        SELECT (SELECT max(route) FROM looked), (SELECT count(*) FROM removed)
        """;

    public string What => "webhook_routes";

    /// <summary>Where the walk begins.</summary>
    internal string First { get; init; } = "";

    public async Task RunAsync(RetentionRun run)
    {
        string? route = First;
        while (route is not null)
        {
            var after = route;
            route = await run.StepAsync(
                null,
                async connection =>
                {
                    await using var command = connection.Sql(StepSql, after, run.Options.StepRows, WebhookRoutes.AfterDeletion);
                    await using var reader = await command.ExecuteReaderAsync(run.Stopping);
                    await reader.ReadAsync(run.Stopping);
                    run.Count(What, reader.GetInt64(1));
                    return reader.IsDBNull(0) ? null : reader.GetString(0);
                }
            );
        }
    }
}
