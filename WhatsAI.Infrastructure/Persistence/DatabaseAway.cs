using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>Tells a database that cannot be reached now from one that refused, which is a bug.</summary>
public static class DatabaseAway
{
    /// <summary>Whether the same call may well succeed in a moment.</summary>
    public static bool Is(Exception e) =>
        e switch
        {
            // 57P: the server is stopping, starting, or was told to end the session.
            PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal),
            NpgsqlException or TimeoutException or IOException => true,
            // Entity Framework wraps what it takes for transient.
            DbUpdateException or InvalidOperationException => e.InnerException is { } inner and not IOException && Is(inner),
            _ => false,
        };
}
