using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>One round: what its rules have in common, and what they removed.</summary>
internal sealed class RetentionRun(
    NpgsqlConnection connection,
    RetentionOptions options,
    IReadOnlyList<TenantId> tenants,
    TimeProvider time,
    ILogger log,
    CancellationToken stopping
)
{
    private readonly Dictionary<string, long> _removed = new(StringComparer.Ordinal);

    public RetentionOptions Options => options;

    /// <summary>Every company, whose rows are looked at one company at a time.</summary>
    public IReadOnlyList<TenantId> Tenants => tenants;

    public DateTimeOffset Now => time.GetUtcNow();

    public ILogger Log => log;

    public CancellationToken Stopping => stopping;

    public IReadOnlyDictionary<string, long> Removed => _removed;

    /// <summary>
    /// One short transaction in one company (null: in none), then a pause. A statement that takes longer than it should, or waits for somebody's lock, is
    /// ended by the server: nobody ever waits for retention.
    /// </summary>
    public async Task<T> StepAsync<T>(TenantId? tenant, Func<NpgsqlConnection, Task<T>> step)
    {
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await using (
            var limits = connection.Sql("SELECT set_config('statement_timeout', '10s', true), set_config('lock_timeout', '1s', true)")
        )
        {
            await limits.ExecuteNonQueryAsync(stopping);
        }

        if (tenant is { } entered)
        {
            await connection.EnterAsync(entered, stopping);
        }

        var result = await step(connection);
        await transaction.CommitAsync(stopping);
        await Task.Delay(options.StepPause, time, stopping);
        return result;
    }

    /// <summary>What a statement deletes in each company, a step's rows at a time until a step finds fewer.</summary>
    /// <param name="what">As it is counted.</param>
    /// <param name="sql">$1 company, $2 days, $3 rows.</param>
    /// <param name="days">0: it is kept for ever.</param>
    public async Task DeleteAsync(string what, string sql, int days)
    {
        foreach (var tenant in tenants)
        {
            var removed = options.StepRows;
            while (days > 0 && removed >= options.StepRows)
            {
                removed = await StepAsync(
                    tenant,
                    async inside =>
                    {
                        await using var command = inside.Sql(sql, tenant.Value, days, options.StepRows);
                        return await command.ExecuteNonQueryAsync(stopping);
                    }
                );
                Count(what, removed);
            }
        }
    }

    public void Count(string what, long count)
    {
        if (count > 0)
        {
            _removed[what] = _removed.GetValueOrDefault(what) + count;
            RetentionMeter.Removed(what, count);
        }
    }
}
