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

    public void Count(string what, long count)
    {
        if (count > 0)
        {
            _removed[what] = _removed.GetValueOrDefault(what) + count;
            RetentionMeter.Removed(what, count);
        }
    }
}
