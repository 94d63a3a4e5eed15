using Npgsql;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// The database and the two roles of a private cluster, made at every start where missing; docs/roles.sql does the same for an
/// external server. Nobody but the server's account reaches the socket, so no role has a password. What the app role may do with each table is the migrations' business.
/// </summary>
internal static class ClusterProvision
{
    public const string Admin = "console_admin";
    public const string Owner = "console_owner";
    public const string App = "console_app";
    public const string Database = "console";

    /// <summary>Quartz makes its own tables as the app role; the one schema that role owns. The owner reads them, or it could not dump the whole.</summary>
    public const string QuartzSchema = "quartz";

    public static string ConnectionString(string socketDirectory, string role, string database = Database, bool pooled = true) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = socketDirectory,
            Username = role,
            Database = database,
            Pooling = pooled,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = 5,
            ApplicationName = "whatsai-console",
        }.ConnectionString;

    public static async Task EnsureAsync(string socketDirectory, CancellationToken ct)
    {
        await using (var server = await OpenAsync(socketDirectory, "postgres", ct))
        {
            foreach (var role in (string[])[Owner, App])
            {
                if (!await ExistsAsync(server, $"select 1 from pg_roles where rolname = '{role}'", ct))
                {
                    await RunAsync(server, $"create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole", ct);
                }
            }

            if (!await ExistsAsync(server, $"select 1 from pg_database where datname = '{Database}'", ct))
            {
                await RunAsync(server, $"create database {Database} owner {Owner}", ct);
            }
        }

        await using var console = await OpenAsync(socketDirectory, Database, ct);
        await RunAsync(
            console,
            $"""
            revoke all on database {Database} from public;
            grant connect, temporary on database {Database} to {App};
            create schema if not exists {QuartzSchema} authorization {App};
            grant usage on schema {QuartzSchema} to {Owner};
            grant select on all tables in schema {QuartzSchema} to {Owner};
            alter default privileges for role {App} in schema {QuartzSchema} grant select on tables to {Owner};
            """,
            ct
        );
    }

    private static async Task<NpgsqlConnection> OpenAsync(string socketDirectory, string database, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionString(socketDirectory, Admin, database, pooled: false));
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
