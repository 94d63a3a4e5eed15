using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// The rows of stored files: first messages let go of files that are too old, then files go that no message names, as those that were chosen and never sent.
/// The bytes follow when no company's row names them (<see cref="MediaFileRetention"/>).
/// </summary>
internal sealed class MediaRetention : IRetentionRule
{
    /// <summary>A reason, as on other messages without their file.</summary>
    public const string Expired = "media.expired";

    private const string Looked = """
        WITH looked AS MATERIALIZED (
            SELECT id, stored_at FROM media_files WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3
        )
        """;

    private const string Result =
        "SELECT (SELECT max(id::text) FROM looked), (SELECT count(*) FROM looked), (SELECT max(stored_at) FROM looked) > now() - make_interval(days => $4), "
        + "(SELECT count(*) FROM changed)";

    /// <summary>$1 company, $2 id to begin after, $3 rows, $4 days. What is still to be sent keeps its file.</summary>
    internal const string ExpireSql = $"""
        {Looked}, changed AS (
            UPDATE messages m SET media_id = NULL, media_state = 'Failed',
                reason = CASE WHEN m.reason IS NULL OR m.reason LIKE 'media.%' THEN '{Expired}' ELSE m.reason END
            WHERE m.tenant_id = $1 AND m.media_id = ANY (ARRAY(SELECT id FROM looked WHERE stored_at < now() - make_interval(days => $4)))
                AND (m.delivery IS NULL OR m.delivery NOT IN ('Queued', 'Sending'))
            RETURNING 1
        )
        {Result}
        """;

    /// <inheritdoc cref="ExpireSql"/>
    internal const string RemoveSql = $"""
        {Looked}, changed AS (
            DELETE FROM media_files f WHERE f.tenant_id = $1 AND f.id = ANY (ARRAY(SELECT id FROM looked))
                AND f.stored_at < now() - make_interval(days => $4)
                AND {MediaUse.Nobody}
            RETURNING 1
        )
        {Result}
        """;

    public string What => "media";

    public async Task RunAsync(RetentionRun run)
    {
        foreach (var tenant in run.Tenants)
        {
            await WalkAsync(run, tenant, ExpireSql, run.Options.MediaDays, "media_of_messages");
            await WalkAsync(run, tenant, RemoveSql, run.Options.UploadDays, "media_rows");
        }
    }

    private static async Task WalkAsync(RetentionRun run, TenantId tenant, string sql, int days, string what)
    {
        var last = Guid.Empty;
        while (days > 0 && await run.StepAsync(tenant, c => StepAsync(c, run, tenant, sql, last, days, what)) is { } next)
        {
            last = next;
        }
    }

    /// <summary>Where the next step begins; null when there is none. Ids are made in the order of time.</summary>
    private static async Task<Guid?> StepAsync(
        NpgsqlConnection connection,
        RetentionRun run,
        TenantId tenant,
        string sql,
        Guid after,
        int days,
        string what
    )
    {
        await using var command = connection.Sql(sql, tenant.Value, after, run.Options.StepRows, days);
        await using var reader = await command.ExecuteReaderAsync(run.Stopping);
        await reader.ReadAsync(run.Stopping);
        run.Count(what, reader.GetInt64(3));
        return reader.IsDBNull(0) || reader.GetInt64(1) < run.Options.StepRows || reader.GetBoolean(2)
            ? null
            : Guid.Parse(reader.GetString(0));
    }
}
