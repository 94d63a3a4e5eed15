using Npgsql;
using NpgsqlTypes;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>
/// The due time of a number that is being looked at. A look reads much and takes a moment, in which a signal may come: it must find its number due again, and
/// not the time that the look had reckoned without it.
/// </summary>
internal static class WatchDue
{
    // Should this copy die, the next look is soon.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    /// <summary>Before the look. What makes the number due from now on makes it due earlier than this; null: the claim was lost.</summary>
    public static async Task<DateTimeOffset?> BeginAsync(NpgsqlDataSource database, WorkClaim claim, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            "UPDATE work_list SET due_at = now() + $4 WHERE kind = $1 AND instance_id = $2 AND epoch = $3 AND lease_until > now() RETURNING due_at",
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch,
            _soon
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }

    /// <param name="mine">What <see cref="BeginAsync"/> gave.</param>
    /// <param name="next">When to look again; null: not at all, there is no such number.</param>
    public static async Task GiveBackAsync(
        NpgsqlDataSource database,
        WorkClaim claim,
        DateTimeOffset? mine,
        TimeSpan? next,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            """
            UPDATE work_list SET lease_until = NULL, due_at = CASE WHEN due_at < $4 THEN due_at ELSE now() + $5 END
            WHERE kind = $1 AND instance_id = $2 AND epoch = $3
            """,
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)mine?.ToUniversalTime() ?? DBNull.Value },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Interval, Value = (object?)next ?? DBNull.Value }
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
