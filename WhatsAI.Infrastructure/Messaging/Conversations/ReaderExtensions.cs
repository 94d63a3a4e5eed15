using Npgsql;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>Columns as the hand-written reads need them.</summary>
internal static class ReaderExtensions
{
    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static Guid? GuidOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    public static T Enum<T>(this NpgsqlDataReader reader, int column)
        where T : struct, Enum => System.Enum.Parse<T>(reader.GetString(column));

    public static T? EnumOrNull<T>(this NpgsqlDataReader reader, int column)
        where T : struct, Enum => reader.IsDBNull(column) ? null : reader.Enum<T>(column);
}
