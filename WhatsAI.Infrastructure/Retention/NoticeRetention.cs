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

    public Task RunAsync(RetentionRun run) => run.DeleteAsync(What, StepSql, run.Options.NoticeDays);
}
