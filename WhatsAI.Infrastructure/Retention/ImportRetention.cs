namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// Reports of imports that are over, line by line, and then the import itself; files that were uploaded and never begun. The contacts stay, and so does what their
/// consent rests on.
/// </summary>
internal sealed class ImportRetention : IRetentionRule
{
    /// <summary>$1 company, $2 days, $3 rows.</summary>
    internal const string LinesSql = """
        DELETE FROM import_rows WHERE tenant_id = $1 AND (import_id, line) IN (
            SELECT r.import_id, r.line FROM contact_imports i JOIN import_rows r ON r.tenant_id = $1 AND r.import_id = i.id
            WHERE i.tenant_id = $1 AND i.ended_at < now() - make_interval(days => $2) LIMIT $3
        )
        """;

    /// <inheritdoc cref="LinesSql"/>
    internal const string ImportsSql = """
        DELETE FROM contact_imports WHERE tenant_id = $1 AND id IN (
            SELECT i.id FROM contact_imports i
            WHERE i.tenant_id = $1 AND coalesce(i.ended_at, CASE WHEN i.state = 'Uploaded' THEN i.created_at END) < now() - make_interval(days => $2)
                AND NOT EXISTS (SELECT FROM import_rows r WHERE r.tenant_id = $1 AND r.import_id = i.id)
            ORDER BY i.created_at LIMIT $3
        )
        """;

    public string What => "imports";

    public async Task RunAsync(RetentionRun run)
    {
        await run.DeleteAsync("import_lines", LinesSql, run.Options.ImportDays);
        await run.DeleteAsync(What, ImportsSql, run.Options.ImportDays);
    }
}
