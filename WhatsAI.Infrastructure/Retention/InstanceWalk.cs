using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// Walks the rows of each number by their key, along the index that begins with company and number: each step looks at so many rows from where the last one
/// ended, and removes those that are old. Numbers are found by the same index, so that those of deleted ones are found too.
/// </summary>
/// <param name="Table">Its index (tenant_id, instance_id, key) must exist.</param>
/// <param name="First">Before every key.</param>
/// <param name="At">The column of the row's time.</param>
/// <param name="IsInTimeOrder">Where a younger key means a later time, a walk ends at the first rows that are too young.</param>
/// <param name="Old">Which rows r go; $5 are the days, null for ever, $6 a second number of days.</param>
/// <param name="Label">What a removed row is counted as: an SQL expression.</param>
/// <param name="Then">Further parts of the statement, with "removed" before them.</param>
internal sealed record InstanceWalk(
    string Table,
    string Key,
    object First,
    string At,
    bool IsInTimeOrder,
    string Old,
    string Label,
    string Returning = "",
    string Then = ""
)
{
    /// <summary>$1 company, $2 number, $3 key, $4 rows, $5 and $6 days, $7 the shorter of them.</summary>
    internal string StepSql =>
        $"""
            WITH looked AS MATERIALIZED (
                SELECT {Key} AS key, {At} AS at FROM {Table} WHERE tenant_id = $1 AND instance_id = $2 AND {Key} > $3 ORDER BY {Key} LIMIT $4
            ), removed AS (
                DELETE FROM {Table} r WHERE r.tenant_id = $1 AND r.instance_id = $2 AND r.{Key} = ANY (ARRAY(SELECT key FROM looked)) AND ({Old})
                RETURNING {Label} AS what{Returning}
            ){Then}
            SELECT (SELECT max(key) FROM looked), (SELECT count(*) FROM looked), (SELECT max(at) FROM looked) > now() - make_interval(days => $7),
                ARRAY(SELECT what FROM removed)
            """;

    internal string NextInstanceSql =>
        $"SELECT instance_id FROM {Table} WHERE tenant_id = $1 AND instance_id > $2 ORDER BY instance_id LIMIT 1";

    /// <param name="days">0: for ever.</param>
    /// <param name="counted">Told of each step in which something was removed.</param>
    public async Task RunAsync(
        RetentionRun run,
        int days,
        int otherDays = 0,
        Action<TenantId, InstanceId, IReadOnlyList<string>>? counted = null
    )
    {
        if (days == 0 && otherDays == 0)
        {
            return;
        }

        foreach (var tenant in run.Tenants)
        {
            var instance = Guid.Empty;
            while (await run.StepAsync(tenant, c => NextInstanceAsync(c, tenant, instance, run.Stopping)) is { } next)
            {
                instance = next;
                var key = First;
                while (await run.StepAsync(tenant, c => StepAsync(c, run, tenant, next, key, days, otherDays)) is { } step)
                {
                    foreach (var what in step.Removed.GroupBy(r => r, StringComparer.Ordinal))
                    {
                        run.Count(what.Key, what.Count());
                    }

                    counted?.Invoke(tenant, new InstanceId(next), step.Removed);
                    if (step.IsLast)
                    {
                        break;
                    }

                    key = step.Key;
                }
            }
        }
    }

    private async Task<Guid?> NextInstanceAsync(NpgsqlConnection connection, TenantId tenant, Guid after, CancellationToken cancellation)
    {
        await using var command = connection.Sql(NextInstanceSql, tenant.Value, after);
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

    private async Task<Step?> StepAsync(
        NpgsqlConnection connection,
        RetentionRun run,
        TenantId tenant,
        Guid instance,
        object key,
        int days,
        int otherDays
    )
    {
        var rows = run.Options.StepRows;
        var shortest = new[] { days, otherDays }.Where(d => d > 0).Min();
        await using var command = connection.Sql(StepSql, tenant.Value, instance, key, rows, Days(days), Days(otherDays), shortest);
        await using var reader = await command.ExecuteReaderAsync(run.Stopping);
        await reader.ReadAsync(run.Stopping);
        if (reader.IsDBNull(0))
        {
            return null;
        }

        var isLast = reader.GetInt64(1) < rows || (IsInTimeOrder && reader.GetBoolean(2));
        return new Step(reader.GetValue(0), isLast, reader.GetFieldValue<string[]>(3));
    }

    internal static NpgsqlParameter Days(int days) =>
        new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = days == 0 ? DBNull.Value : days };

    private sealed record Step(object Key, bool IsLast, IReadOnlyList<string> Removed);
}
