using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Whether the database has every migration this program was built with. More than that is another copy's newer version, which is no fault.</summary>
public static class MigrationState
{
    private static readonly Lazy<string[]> _known = new(() =>
    {
        using var db = new ConsoleDb(new DbContextOptionsBuilder<ConsoleDb>().UseNpgsql("Host=/nowhere").Options, new CurrentTenant());
        return [.. db.Database.GetMigrations()];
    });

    public static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"SELECT count(*) FROM {Migrator.HistoryTable} WHERE \"MigrationId\" = ANY($1)",
            [_known.Value]
        );
        try
        {
            return await command.ExecuteScalarAsync(ct) is long count && count == _known.Value.Length;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }
}
