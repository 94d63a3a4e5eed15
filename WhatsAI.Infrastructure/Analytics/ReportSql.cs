using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>
/// A report's reads. Each is a range of one index of the episodes that holds all it needs (ix_episodes_opened, _answered, _resolved, _open): the filters are
/// looked at in the index, and no row of the table is read but those changed since it was last vacuumed. date_part and not extract: that one calculates in
/// decimals, at three times the cost.
/// </summary>
internal sealed class ReportSql(NpgsqlConnection connection, TenantId tenant, IReadOnlyCollection<InstanceId>? numbers, ReportQuery query)
{
    public async Task<Figures> FiguresAsync(ReportSpan span, CancellationToken ct)
    {
        var answered = await SpreadsAsync(Measure.First, span, ct);
        var again = await SpreadsAsync(Measure.Next, span, ct);
        var resolved = await SpreadsAsync(Measure.Resolution, span, ct);
        var ratings = await RatingsAsync(span, ct);
        var (received, sent) = await MessagesAsync(span, ct);
        var opened = await QuartersAsync("opened_at", span, ct);
        var parts = answered.Parts.Keys.Union(resolved.Parts.Keys).Union(again.Parts.Keys).Union(ratings.Keys);
        return new Figures(
            opened.Values.Sum(),
            WithLost(answered.All, resolved.Lost),
            again.All,
            resolved.All,
            received,
            sent,
            new HourFlow(await OpenAtAsync(span.From, ct), opened, await QuartersAsync("resolved_at", span, ct)),
            parts.ToDictionary(
                key => key,
                key => new ReportPart(
                    WithLost(answered.Parts.GetValueOrDefault(key), resolved.LostParts.GetValueOrDefault(key)),
                    again.Parts.GetValueOrDefault(key),
                    resolved.Parts.GetValueOrDefault(key)
                )
                {
                    Ratings = ratings.GetValueOrDefault(key) ?? Ratings.None,
                }
            )
        )
        {
            Ratings = Sum(ratings.Values),
        };
    }

    // Who was resolved too late without an answer was not answered in time.
    private static Spread WithLost(Spread answered, int lost) => answered with { Due = answered.Due + lost };

    private async Task<Spreads> SpreadsAsync(Measure of, ReportSpan span, CancellationToken ct)
    {
        var (table, at, took, known, agent, due, lost) = of;
        var key = query.By switch
        {
            ReportBy.Agent => agent,
            ReportBy.Team => "team_id",
            _ => "instance_id",
        };
        // What a phone's clock says may lie after what ours says.
        await using var command = Over(
            $"""
            SELECT grouping({key}) = 1, {key}, count(*)::int,
                percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY greatest(date_part('epoch', {took}), 0)),
                count({due})::int, (count(*) FILTER (WHERE {at} <= {due}))::int, (count(*) FILTER (WHERE {lost}))::int
            FROM {table}
            WHERE tenant_id = $1 AND kind = 'Person' AND {known} AND {at} >= $2 AND {at} < $3 AND {Filters} AND ($7::uuid IS NULL OR {agent} = $7)
            GROUP BY GROUPING SETS ((), ({key}))
            """,
            span,
            Uuid(query.Agent?.Value)
        );
        var found = new Spreads();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetInt32(2) == 0)
            {
                continue;
            }

            var seconds = reader.GetFieldValue<double[]>(3);
            var spread = new Spread(reader.GetInt32(2), TimeSpan.FromSeconds(seconds[0]), TimeSpan.FromSeconds(seconds[1]))
            {
                Due = reader.GetInt32(4),
                Met = reader.GetInt32(5),
            };
            if (reader.GetBoolean(0))
            {
                (found.All, found.Lost) = (spread, reader.GetInt32(6));
            }
            else
            {
                var part = reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1);
                (found.Parts[part], found.LostParts[part]) = (spread, reader.GetInt32(6));
            }
        }

        return found;
    }

    private static Ratings Sum(IReadOnlyCollection<Ratings> parts) =>
        new(parts.Sum(p => p.Asked), [.. Enumerable.Range(0, 5).Select(at => parts.Sum(p => p.Scores[at]))]);

    private async Task<Dictionary<Guid, Ratings>> RatingsAsync(ReportSpan span, CancellationToken ct)
    {
        var key = query.By switch
        {
            ReportBy.Agent => "agent_id",
            ReportBy.Team => "team_id",
            _ => "instance_id",
        };
        await using var command = Over(
            $"""
            SELECT {key}, count(*)::int, ARRAY[count(*) FILTER (WHERE score = 1), count(*) FILTER (WHERE score = 2), count(*) FILTER (WHERE score = 3),
                count(*) FILTER (WHERE score = 4), count(*) FILTER (WHERE score = 5)]::int[]
            FROM surveys
            WHERE tenant_id = $1 AND asked_at IS NOT NULL AND asked_at >= $2 AND asked_at < $3 AND {Filters} AND ($7::uuid IS NULL OR agent_id = $7)
            GROUP BY {key}
            """,
            span,
            Uuid(query.Agent?.Value)
        );
        var ratings = new Dictionary<Guid, Ratings>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            ratings[reader.IsDBNull(0) ? Guid.Empty : reader.GetGuid(0)] = new Ratings(reader.GetInt32(1), reader.GetFieldValue<int[]>(2));
        }

        return ratings;
    }

    private async Task<Dictionary<long, int>> QuartersAsync(string at, ReportSpan span, CancellationToken ct)
    {
        await using var command = Over(
            $"""
            SELECT floor(date_part('epoch', {at}) / {HourFlow.QuarterSeconds})::bigint, count(*)::int FROM episodes
            WHERE tenant_id = $1 AND kind = 'Person' AND {at} >= $2 AND {at} < $3 AND {Filters}
            GROUP BY 1
            """,
            span
        );
        var quarters = new Dictionary<long, int>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            quarters.Add(reader.GetInt64(0), reader.GetInt32(1));
        }

        return quarters;
    }

    /// <summary>How many had been opened before and were not resolved yet.</summary>
    private async Task<int> OpenAtAsync(DateTimeOffset at, CancellationToken ct)
    {
        await using var command = Over(
            $"""
            SELECT (SELECT count(*) FROM episodes WHERE tenant_id = $1 AND kind = 'Person' AND resolved_at IS NULL AND opened_at < $2 AND {Filters})::int
                + (SELECT count(*) FROM episodes WHERE tenant_id = $1 AND kind = 'Person' AND resolved_at IS NOT NULL AND resolved_at >= $2 AND opened_at < $3 AND {Filters})::int
            """,
            new ReportSpan(at, at)
        );
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<(long Received, long Sent)> MessagesAsync(ReportSpan span, CancellationToken ct)
    {
        await using var command = connection.Sql(
            $"""
            SELECT coalesce(sum(h.received), 0)::bigint, coalesce(sum(h.sent), 0)::bigint
            FROM instances i JOIN instance_hours h ON h.tenant_id = i.tenant_id AND h.instance_id = i.id AND h.hour >= date_trunc('hour', $2) AND h.hour < $3
            WHERE i.tenant_id = $1 AND {NumberSight.In("i.id", 4)} AND ($5::uuid IS NULL OR i.id = $5)
            """,
            tenant.Value,
            span.From.ToUniversalTime(),
            span.To.ToUniversalTime(),
            NumberSight.Parameter(numbers),
            Uuid(query.Number?.Value)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static string Filters =>
        $"{NumberSight.In("instance_id", 4)} AND ($5::uuid IS NULL OR instance_id = $5) AND ($6::uuid IS NULL OR team_id = $6)";

    private NpgsqlCommand Over(string sql, ReportSpan span, params object[] more) =>
        connection.Sql(
            sql,
            [
                tenant.Value,
                span.From.ToUniversalTime(),
                span.To.ToUniversalTime(),
                NumberSight.Parameter(numbers),
                Uuid(query.Number?.Value),
                Uuid(query.Team?.Value),
                .. more,
            ]
        );

    private static NpgsqlParameter Uuid(Guid? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    /// <summary>What is measured, in the words of its table.</summary>
    private sealed record Measure(string Table, string At, string Took, string Known, string Agent, string Due, string Lost)
    {
        public static Measure First { get; } =
            new(
                "episodes",
                "first_reply_at",
                "first_reply_at - asked_at",
                "asked_at IS NOT NULL",
                "first_reply_by",
                "first_due_at",
                "false"
            );

        public static Measure Next { get; } =
            new("next_replies", "answered_at", "answered_at - asked_at", "true", "by_id", "due_at", "false");

        public static Measure Resolution { get; } =
            new(
                "episodes",
                "resolved_at",
                "resolved_at - opened_at",
                "resolved_at IS NOT NULL",
                "resolved_by",
                "resolve_due_at",
                "first_reply_at IS NULL AND first_due_at IS NOT NULL"
            );
    }

    private sealed class Spreads
    {
        public Spread All { get; set; }

        public int Lost { get; set; }

        public Dictionary<Guid, Spread> Parts { get; } = [];

        public Dictionary<Guid, int> LostParts { get; } = [];
    }
}
