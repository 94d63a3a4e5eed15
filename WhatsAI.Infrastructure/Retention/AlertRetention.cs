namespace WhatsAI.Infrastructure.Retention;

/// <summary>Alerts that are over, with what was told of them. An open one stays however old it is.</summary>
internal sealed class AlertRetention : IRetentionRule
{
    /// <summary>$1 company, $2 days, $3 rows. Their deliveries go with them, by their foreign key.</summary>
    internal const string StepSql = """
        DELETE FROM alerts WHERE tenant_id = $1 AND id = ANY (ARRAY(
            SELECT id FROM alerts WHERE tenant_id = $1 AND cleared_at < now() - make_interval(days => $2) ORDER BY cleared_at LIMIT $3
        ))
        """;

    public string What => "alerts";

    public Task RunAsync(RetentionRun run) => run.DeleteAsync(What, StepSql, run.Options.AlertDays);
}
