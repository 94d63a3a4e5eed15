using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>One gateway event as its list shows it; the body is read by itself.</summary>
/// <param name="Event">The gateway's name of it; null until it was read.</param>
/// <param name="Problem">Why it is not done; null where nothing is wrong.</param>
/// <param name="Size">Bytes.</param>
public sealed record JournalRow(long Id, DateTimeOffset ReceivedAt, string? Event, string? Problem, DateTimeOffset? DoneAt, int Size);

/// <param name="Text">Indented where it is JSON, secrets blacked out, cut to <see cref="JournalText.MostCharacters"/>.</param>
public sealed record JournalPayload(JournalRow Row, string Text, bool IsJson, bool IsCut);

/// <param name="Event">Only events whose name begins with this; null for all.</param>
/// <param name="ProblemsOnly">Only those that could not be processed.</param>
/// <param name="Before">Only older ones than this; null for the newest.</param>
public sealed record JournalFilter(string? Event = null, bool ProblemsOnly = false, long? Before = null);

/// <summary>A number's raw gateway events.</summary>
public sealed class JournalQueries(NpgsqlDataSource database, CurrentMember member)
{
    private const string Columns = "id, received_at, event, problem, done_at, length(body)";

    /// <summary>Newest first, a page below the filter's <see cref="JournalFilter.Before"/>.</summary>
    public async Task<IReadOnlyList<JournalRow>> ListAsync(
        InstanceId instance,
        JournalFilter filter,
        int most,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.NumbersDiagnose);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT {Columns} FROM journal
            WHERE tenant_id = $1 AND instance_id = $2 AND id < $3 AND ($4 = '' OR starts_with(event, $4)) AND (NOT $5 OR problem IS NOT NULL)
                AND {NumberSight.In("instance_id", 7)}
            ORDER BY id DESC LIMIT $6
            """,
            member.TenantId.Value,
            instance.Value,
            filter.Before ?? long.MaxValue,
            filter.Event?.Trim() ?? "",
            filter.ProblemsOnly,
            Math.Clamp(most, 1, 200),
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<JournalRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(Row(reader));
        }

        return rows;
    }

    /// <summary>Null when there is no such event, it is another company's, or of a number the member does not see.</summary>
    public async Task<JournalPayload?> PayloadAsync(long id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersDiagnose);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"SELECT {Columns}, body FROM journal WHERE tenant_id = $1 AND id = $2 AND {NumberSight.In("instance_id", 3)}",
            member.TenantId.Value,
            id,
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? JournalText.Of(Row(reader), reader.GetFieldValue<byte[]>(6)) : null;
    }

    private static JournalRow Row(NpgsqlDataReader reader) =>
        new(
            reader.GetInt64(0),
            reader.GetFieldValue<DateTimeOffset>(1),
            reader.Text(2),
            reader.Text(3),
            reader.Value<DateTimeOffset>(4),
            reader.GetInt32(5)
        );
}
