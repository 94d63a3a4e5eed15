using Npgsql;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>The one clock that all copies share: theirs may differ by minutes, and what one writes another compares with its own.</summary>
internal static class DatabaseClock
{
    public static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
    }
}
