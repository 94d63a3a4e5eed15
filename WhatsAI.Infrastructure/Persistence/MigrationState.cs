using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Whether the database has every migration this program was built with. More than that is another copy's newer version, which is no fault.</summary>
public static class MigrationState
{
    // Read from the program itself: asking EF Core costs a second of every start.
    private static readonly Lazy<string[]> _known = new(() =>
        [.. typeof(ConsoleDb).Assembly.GetTypes().Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>()]
    );

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
