using System.Globalization;
using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>Where an import stands. The connection has entered the tenant.</summary>
internal static class ImportSql
{
    /// <summary>Null: it does not run any more.</summary>
    public static async Task<ImportRun?> ReadAsync(NpgsqlConnection connection, ImportClaim claim, CancellationToken ct)
    {
        ImportRun run;
        await using (
            var command = connection.Sql(
                """
                SELECT format, file_name, plan, last_line, by_id, by_name, tally FROM contact_imports
                WHERE tenant_id = $1 AND id = $2 AND state = 'Running'
                """,
                claim.Tenant.Value,
                claim.Import.Value
            )
        )
        {
            await using var r = await command.ExecuteReaderAsync(ct);
            if (!await r.ReadAsync(ct))
            {
                return null;
            }

            var plan = JsonSerializer.Deserialize<ImportPlan>(r.GetString(2), ImportActions.Json)!;
            run = new ImportRun(
                Enum.Parse<ImportFormat>(r.GetString(0)),
                r.GetString(1),
                plan,
                new ImportSettings(
                    "55",
                    CultureInfo.GetCultureInfo(plan.Language),
                    new Dictionary<string, Core.Contacts.Fields.ContactField>(),
                    plan.Basis
                ),
                r.GetInt64(3),
                r.IsDBNull(4) ? null : new UserId(r.GetGuid(4)),
                r.GetString(5)
            )
            {
                Tally = r.IsDBNull(6) ? ImportTally.Empty : JsonSerializer.Deserialize<ImportTally>(r.GetString(6), ImportActions.Json)!,
            };
        }

        return run with
        {
            Settings = run.Settings with { Fields = await FieldSql.AllAsync(connection, claim.Tenant, shared: false, ct) },
        };
    }

    /// <summary>Keeps others away for a while more. False: another has taken it, or it was stopped.</summary>
    public static async Task<bool> HoldAsync(NpgsqlConnection connection, ImportClaim claim, TimeSpan until, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE import_work SET due_at = now() + $3 WHERE import_id = $1 AND epoch = $2",
            claim.Import.Value,
            claim.Epoch,
            until
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public static async Task ForgetAsync(NpgsqlConnection connection, ImportClaim claim, CancellationToken ct)
    {
        await using var command = connection.Sql("DELETE FROM import_work WHERE import_id = $1", claim.Import.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>With its file and its work.</summary>
    public static async Task EndAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ImportId import,
        ImportState state,
        string? failure,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command("DELETE FROM import_work WHERE import_id = $1", import.Value),
                TenantSql.Command(
                    """
                    UPDATE contact_imports SET state = $3, failure = $4, ended_at = now(), read = CASE WHEN $3 = 'Done' THEN size ELSE read END
                    WHERE tenant_id = $1 AND id = $2
                    """,
                    tenant.Value,
                    import.Value,
                    state.ToString(),
                    failure
                ),
                TenantSql.Command("DELETE FROM import_chunks WHERE tenant_id = $1 AND import_id = $2", tenant.Value, import.Value),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }
}
