using Microsoft.Extensions.Logging;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// Raw gateway events. What still waits to be processed never goes, nor what a held echo may give back to the queue; what could not be processed goes
/// after a time of its own, and the log says how many of which number.
/// </summary>
internal sealed class JournalRetention : IRetentionRule
{
    internal const string Problems = "journal_problems";

    // Looked at again when a row was locked: one that is being replayed is no longer done then.
    internal static readonly InstanceWalk Walk = new(
        Table: "journal",
        Key: "id",
        First: 0L,
        At: "received_at",
        IsInTimeOrder: true,
        Old: """
        (r.problem IS NULL AND r.done_at < now() - make_interval(days => $5) OR r.problem IS NOT NULL AND r.received_at < now() - make_interval(days => $6))
        AND NOT EXISTS (SELECT FROM journal_pending p WHERE p.journal_id = r.id)
        AND NOT EXISTS (SELECT FROM held_echoes h WHERE h.tenant_id = $1 AND h.instance_id = $2 AND h.journal_id = r.id)
        """,
        Label: $"CASE WHEN r.problem IS NULL THEN 'journal' ELSE '{Problems}' END"
    );

    public string What => "journal";

    public Task RunAsync(RetentionRun run) =>
        Walk.RunAsync(
            run,
            run.Options.JournalDays,
            run.Options.ProblemDays,
            (tenant, instance, removed) =>
            {
                if (removed.Count(r => r == Problems) is > 0 and var lost)
                {
                    run.Log.LogWarning(
                        "{Count} events of {InstanceId} of {TenantId} that could not be processed were removed after {Days} days",
                        lost,
                        instance,
                        tenant,
                        run.Options.ProblemDays
                    );
                }
            }
        );
}
