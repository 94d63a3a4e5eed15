using Npgsql;
using WhatsAI.Core.Messaging.Gaps;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>A gap as it is shown, of a number or as far as it concerns one conversation.</summary>
/// <param name="From">Up to here nothing is missing.</param>
/// <param name="To">Null until the gateway is asked.</param>
/// <param name="DueAt">When the gateway is asked, or asked again.</param>
/// <param name="Recovered">Messages it brought back.</param>
/// <param name="Failure">Why the gateway did not answer, the last time.</param>
public sealed record GapRow(
    GapId Id,
    GapCause Cause,
    GapState State,
    DateTimeOffset From,
    DateTimeOffset? To,
    DateTimeOffset DueAt,
    DateTimeOffset CreatedAt,
    int Recovered,
    string? Failure
)
{
    internal const string Columns = "g.id, g.cause, g.state, g.starts_at, g.ends_at, g.due_at, g.created_at, g.failure";

    /// <summary>From <see cref="Columns"/> at <paramref name="first"/>, and the count of recovered messages behind them.</summary>
    internal static GapRow Read(NpgsqlDataReader reader, int first)
    {
        var cause = Enum.Parse<GapCause>(reader.GetString(first + 1));
        var starts = reader.GetFieldValue<DateTimeOffset>(first + 3);
        return new GapRow(
            new GapId(reader.GetGuid(first)),
            cause,
            Enum.Parse<GapState>(reader.GetString(first + 2)),
            // What a person asks for begins where he said.
            cause is GapCause.Asked
                ? starts
                : starts + GapRules.Overlap,
            reader.IsDBNull(first + 4) ? null : reader.GetFieldValue<DateTimeOffset>(first + 4),
            reader.GetFieldValue<DateTimeOffset>(first + 5),
            reader.GetFieldValue<DateTimeOffset>(first + 6),
            (int)reader.GetInt64(first + 8),
            reader.IsDBNull(first + 7) ? null : reader.GetString(first + 7)
        );
    }
}
