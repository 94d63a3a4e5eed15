using Npgsql;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>
/// Row-level security does not bind a superuser, a role with BYPASSRLS, or a table's owner. With an external server, whoever
/// wrote the connection string could hand us one of these, and every wall between tenants would silently be gone.
/// </summary>
internal static class AppRoleCheck
{
    /// <summary>Membership counts like the attribute itself: a member may SET ROLE.</summary>
    private const string Sql = $"""
        select case
            when exists (select 1 from pg_roles where rolsuper and pg_has_role(current_user, oid, 'MEMBER'))
                then 'is, or may become, a superuser'
            when exists (select 1 from pg_roles where rolbypassrls and pg_has_role(current_user, oid, 'MEMBER'))
                then 'has, or may take, BYPASSRLS'
            when exists (select 1 from pg_database where datname = current_database() and pg_has_role(current_user, datdba, 'MEMBER'))
                then 'owns the database'
            when exists (
                select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'f')
                  and n.nspname not in ('pg_catalog', 'information_schema', '{ClusterProvision.QuartzSchema}')
                  and n.nspname not like 'pg\_%'
                  and pg_has_role(current_user, c.relowner, 'MEMBER'))
                then 'owns tables'
            end
        """;

    public static async Task EnsureAsync(string appConnectionString, string? ownerConnectionString, CancellationToken ct)
    {
        var app = await AskAsync("Console", appConnectionString, "select current_user::text", ct);
        if (await AskAsync("Console", appConnectionString, Sql, ct) is { } fault)
        {
            throw Refusal(app, fault);
        }

        if (ownerConnectionString is not null)
        {
            var owner = await AskAsync("ConsoleOwner", ownerConnectionString, "select current_user::text", ct);
            if (owner == app)
            {
                throw Refusal(app, "is also the one of ConnectionStrings:ConsoleOwner");
            }
        }
    }

    private static DatabaseStartException Refusal(string? role, string fault) =>
        new(
            $"The role {role} of ConnectionStrings:Console {fault}, so nothing would keep the tenants apart: "
                + "make the two roles with docs/roles.sql and use console_app here."
        );

    private static async Task<string?> AskAsync(string name, string connectionString, string sql, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
            );
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(ct) as string;
        }
        catch (ArgumentException e)
        {
            throw new DatabaseStartException($"ConnectionStrings:{name} cannot be read: {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseStartException($"The server of ConnectionStrings:{name} does not let us in: {e.Message}", e);
        }
    }
}
