using System.Diagnostics.Metrics;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>
/// What only the database knows: how much waits. Read when somebody asks for it, in one short statement over the work lists, which stand outside the
/// tenants' wall and hold what is left to do only. Npgsql counts the connection pool itself, under its own name.
/// </summary>
public sealed class DatabaseMeter(NpgsqlDataSource database)
{
    public const string Name = "whatsai.database";

    // Beyond this it is "very much", and counting on would cost more than the figure is worth.
    private const int MostCounted = 100_000;
    private static readonly Meter _meter = new(Name);
    private static readonly Gauge<double> _reachable = _meter.CreateGauge<double>(
        "whatsai.database.reachable",
        description: "1 when the database answered just now"
    );
    private static readonly Gauge<double> _backlog = _meter.CreateGauge<double>(
        "whatsai.journal.backlog",
        "{event}",
        "Events stored and not yet processed, of all copies"
    );
    private static readonly Gauge<double> _backlogAge = _meter.CreateGauge<double>(
        "whatsai.journal.backlog.age",
        "s",
        "For how long the event has been due that waits longest"
    );
    private static readonly Gauge<double> _due = _meter.CreateGauge<double>(
        "whatsai.work.due",
        "{number}",
        "Numbers with work that is due and that no copy holds, by kind of work"
    );
    private static readonly Gauge<double> _dueAge = _meter.CreateGauge<double>(
        "whatsai.work.due.age",
        "s",
        "For how long the work has been due that waits longest, by kind"
    );

    /// <summary>Returns when the gauges are set; without a database they say that nothing is known (NaN).</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        var work = Enum.GetValues<WorkKind>().ToDictionary(k => k.ToString(), _ => (Count: 0d, Age: 0d), StringComparer.Ordinal);
        (double Count, double Age) journal = (0, 0);
        var reachable = true;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var command = connection.Sql(
                """
                SELECT '', count(*), extract(epoch FROM now() - min(due_at))::float8
                FROM (SELECT due_at FROM journal_pending ORDER BY journal_id LIMIT $1) p
                UNION ALL
                SELECT kind, count(*), extract(epoch FROM now() - min(due_at))::float8 FROM work_list
                WHERE due_at <= now() AND (lease_until IS NULL OR lease_until < now()) GROUP BY kind
                """,
                MostCounted
            );
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var read = ((double)reader.GetInt64(1), await reader.IsDBNullAsync(2, cancellation) ? 0 : Math.Max(reader.GetDouble(2), 0));
                if (reader.GetString(0) is { Length: > 0 } kind)
                {
                    work[kind] = read;
                }
                else
                {
                    journal = read;
                }
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or OperationCanceledException)
        {
            reachable = false;
            journal = (double.NaN, double.NaN);
            work = work.ToDictionary(w => w.Key, _ => (double.NaN, double.NaN), StringComparer.Ordinal);
        }

        _reachable.Record(reachable ? 1 : 0);
        _backlog.Record(journal.Count);
        _backlogAge.Record(journal.Age);
        foreach (var (kind, (count, age)) in work)
        {
            var tag = KeyValuePair.Create<string, object?>("kind", kind.ToLowerInvariant());
            _due.Record(count, tag);
            _dueAge.Record(age, tag);
        }
    }
}
