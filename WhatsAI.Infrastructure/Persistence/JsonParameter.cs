using Npgsql;
using NpgsqlTypes;

namespace WhatsAI.Infrastructure.Persistence;

internal static class JsonParameter
{
    /// <param name="json">Null for SQL's null.</param>
    public static NpgsqlParameter Of(string? json) => new() { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = (object?)json ?? DBNull.Value };
}
