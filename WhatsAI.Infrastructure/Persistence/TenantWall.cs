using Microsoft.EntityFrameworkCore.Migrations;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>The third wall: row-level security on every tenant-owned table, for every role but the owner that migrates.</summary>
public static class TenantWall
{
    /// <summary>The tenant of the connection. In a scalar sub-select so that it is read once per query; an unset setting can read as ''.</summary>
    public const string CurrentTenantSql = "(select nullif(current_setting('app.tenant', true), '')::uuid)";

    /// <summary>
    /// Tables outside the wall, each with its reason. A test compares the database with this list, so a new table is inside or named here.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Outside = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["users"] = "sign-in happens before a tenant is known",
        ["user_claims"] = "Identity",
        ["user_logins"] = "Identity",
        ["user_tokens"] = "Identity",
        ["user_sessions"] = "a cookie is checked before a tenant is known",
        ["tenants"] = "the address names the tenant before it is entered",
        ["memberships"] = "decides which tenants a user may enter",
        ["invitations"] = "a link is opened before its company is known",
        ["webhook_routes"] = "a webhook finds its tenant here",
        ["journal_pending"] = "work list: ids only",
        ["console_pulse"] = "the program's own sign of life",
        ["work_list"] = "work list: ids only",
        ["status_keys"] = "a program that asks for a company's state finds it by its key",
        ["alert_work"] = "work list: ids and times only",
        ["pool_work"] = "work list: ids only",
        ["import_work"] = "work list: ids and times only",
        ["campaign_work"] = "work list: ids and times only",
        ["campaign_news"] = "what woke a campaign: ids, states and times only",
        ["data_protection_keys"] = "the whole program's, encrypted",
        ["__ef_migrations"] = "EF Core's own",
    };

    /// <summary>Schemas beside the one in which everything of a company lies. A test compares the database with this list.</summary>
    public static readonly IReadOnlyDictionary<string, string> OutsideSchemas = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["quartz"] = "when to wake, and who is awake: nothing of any company",
    };

    /// <summary>Tables in which the program may add rows and never change or delete one.</summary>
    public static readonly IReadOnlyList<string> AppendOnly = ["member_log"];

    public static void Enable(MigrationBuilder migrations, params string[] tables)
    {
        foreach (var table in tables)
        {
            migrations.Sql(
                $"""
                ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                CREATE POLICY tenant ON {table} USING (tenant_id = {CurrentTenantSql}) WITH CHECK (tenant_id = {CurrentTenantSql});
                """
            );
        }
    }

    public static void Disable(MigrationBuilder migrations, params string[] tables)
    {
        foreach (var table in tables)
        {
            migrations.Sql($"DROP POLICY tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;");
        }
    }
}
