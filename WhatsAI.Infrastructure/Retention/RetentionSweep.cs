using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>One round of all rules, by one copy at a time.</summary>
internal sealed class RetentionSweep(
    NpgsqlDataSource database,
    IEnumerable<IRetentionRule> rules,
    IOptions<RetentionOptions> options,
    TimeProvider time,
    ILogger<RetentionSweep> log
)
{
    /// <summary>
    /// Held by the session that sweeps, and by a backup, under which no file may go. Ends with the session, so a killed copy's lock is free at once; any
    /// constant that nothing else uses.
    /// </summary>
    public const long LockKey = 7_194_402_218;

    /// <summary>False when another copy is at it.</summary>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        if (!await IsOursAsync(connection, stopping))
        {
            RetentionMeter.Swept("elsewhere");
            return false;
        }

        try
        {
            var run = new RetentionRun(connection, options.Value, await TenantsAsync(connection, stopping), time, log, stopping);
            foreach (var rule in rules)
            {
                await RunAsync(rule, run);
            }

            if (run.Removed.Count > 0)
            {
                log.LogInformation("Retention removed {Removed}", string.Join(", ", run.Removed.Select(r => $"{r.Key} {r.Value}")));
            }

            RetentionMeter.Swept("done");
            return true;
        }
        finally
        {
            await LetGoAsync(connection);
        }
    }

    private async Task RunAsync(IRetentionRule rule, RetentionRun run)
    {
        try
        {
            await rule.RunAsync(run);
        }
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.QueryCanceled
                        or PostgresErrorCodes.LockNotAvailable
                        or PostgresErrorCodes.DeadlockDetected
                        or PostgresErrorCodes.ForeignKeyViolation
            )
        {
            // Somebody works with these rows just now: they come first, and the next round begins anew.
            RetentionMeter.GivenUp(rule.What);
            log.LogInformation("Retention of {What} goes on in the next round: {Failure}", rule.What, e.SqlState);
        }
        catch (IOException e)
        {
            // A disk's refusal stops the files, not the rows.
            RetentionMeter.GivenUp(rule.What);
            log.LogWarning("Retention of {What} met a disk that refuses: {Failure}", rule.What, e.GetType().Name);
        }
        catch (UnauthorizedAccessException e)
        {
            RetentionMeter.GivenUp(rule.What);
            log.LogWarning("Retention of {What} met a disk that refuses: {Failure}", rule.What, e.GetType().Name);
        }
    }

    private static async Task<bool> IsOursAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using var command = connection.Sql("SELECT pg_try_advisory_lock($1)", LockKey);
        return await command.ExecuteScalarAsync(stopping) is true;
    }

    private static async Task<List<TenantId>> TenantsAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using var command = connection.Sql("SELECT id FROM tenants ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(stopping);
        var tenants = new List<TenantId>();
        while (await reader.ReadAsync(stopping))
        {
            tenants.Add(new TenantId(reader.GetGuid(0)));
        }

        return tenants;
    }

    /// <summary>The connection goes back to the pool, where its lock would live on.</summary>
    private static async Task LetGoAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = connection.Sql("SELECT pg_advisory_unlock($1)", LockKey);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // A broken connection has let go already.
        }
    }
}
