using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Takes away what was frozen for a launch that was taken back, some at a time; then the campaign may be launched again.</summary>
internal static class RunClearing
{
    private const int Most = 10_000;

    /// <summary>True: nothing is left, the machine's own rows included.</summary>
    public static async Task<bool> StepAsync(Npgsql.NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        foreach (var table in new[] { "campaign_recipients", "campaign_exclusions" })
        {
            await using var some = connection.Sql(
                $"""
                DELETE FROM {table} WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id IN (
                    SELECT contact_id FROM {table} WHERE tenant_id = $1 AND campaign_id = $2 LIMIT $3)
                """,
                run.Tenant.Value,
                run.Id.Value,
                Most
            );
            if (await some.ExecuteNonQueryAsync(ct) == Most)
            {
                return false;
            }
        }

        foreach (
            var table in new[]
            {
                "campaign_counts",
                "campaign_hours",
                "campaign_signals",
                "campaign_runs",
                "campaign_news",
                "campaign_work",
            }
        )
        {
            await using var rest = connection.Sql(
                $"DELETE FROM {table} WHERE tenant_id = $1 AND campaign_id = $2",
                run.Tenant.Value,
                run.Id.Value
            );
            await rest.ExecuteNonQueryAsync(ct);
        }

        return true;
    }
}
