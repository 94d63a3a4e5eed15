using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>What members were told, read or not. What it was about stays.</summary>
internal sealed class NoticeRetention : IRetentionRule
{
    /// <summary>$1 company, $2 days, $3 rows.</summary>
    internal const string StepSql = """
        DELETE FROM notices WHERE tenant_id = $1 AND id = ANY (ARRAY(
            SELECT id FROM notices WHERE tenant_id = $1 AND at < now() - make_interval(days => $2) ORDER BY at LIMIT $3
        ))
        """;

    public string What => "notices";

    public async Task RunAsync(RetentionRun run)
    {
        foreach (var tenant in run.Tenants)
        {
            var removed = run.Options.StepRows;
            while (run.Options.NoticeDays > 0 && removed >= run.Options.StepRows)
            {
                removed = await run.StepAsync(
                    tenant,
                    async connection =>
                    {
                        await using var command = connection.Sql(StepSql, tenant.Value, run.Options.NoticeDays, run.Options.StepRows);
                        return await command.ExecuteNonQueryAsync(run.Stopping);
                    }
                );
                run.Count(What, removed);
            }
        }
    }
}
