using System.Diagnostics.Metrics;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>
/// Each number's health, queue and speed, by its id and nothing else: no name, no phone, no company. Read when somebody asks, company by company, because the
/// program sees no two of them at once; from every copy the same.
/// </summary>
public sealed class NumberMeter : IDisposable
{
    public const string Name = "whatsai.number";

    /// <summary>More would be more than a reader of figures wants, and than is kept of one instrument.</summary>
    private const int Most = 500;

    private readonly Meter _meter = new(Name);
    private readonly NpgsqlDataSource _database;
    private IReadOnlyList<Row> _rows = [];

    public NumberMeter(NpgsqlDataSource database)
    {
        _database = database;
        // Observed, so that a number that is gone is not told again.
        _meter.CreateObservableGauge(
            "whatsai.number.health",
            () => Of(r => r.Score),
            description: "0 to 100; a number of which nothing is known is missing"
        );
        _meter.CreateObservableGauge(
            "whatsai.number.queue",
            () => Of(r => r.Queued),
            "{message}",
            "Messages that wait for the number, counted to a thousand"
        );
        _meter.CreateObservableGauge(
            "whatsai.number.ack",
            () => Of(r => r.Ack),
            "s",
            "What a confirmation has taken lately, from the hand-over"
        );
    }

    /// <summary>Returns when the gauges are set; without a database they say nothing.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            _rows = await RowsAsync(cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or OperationCanceledException)
        {
            _rows = [];
        }
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Of(Func<Row, double?> figure) =>
        [
            .. _rows
                .Where(r => figure(r) is not null)
                .Select(r => new Measurement<double>(figure(r)!.Value, KeyValuePair.Create<string, object?>("instance", r.Id.ToString()))),
        ];

    private async Task<IReadOnlyList<Row>> RowsAsync(CancellationToken ct)
    {
        await using var connection = await _database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var tenants = new List<Guid>();
        // Outside the wall: which companies have numbers.
        await using (
            var command = connection.Sql("SELECT DISTINCT tenant_id FROM webhook_routes WHERE deleted_at IS NULL ORDER BY 1 LIMIT $1", Most)
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                tenants.Add(reader.GetGuid(0));
            }
        }

        if (tenants.Count == 0)
        {
            return [];
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var tenant in tenants)
        {
            batch.BatchCommands.Add(TenantSql.Command("SELECT set_config('app.tenant', $1, true)", tenant.ToString()));
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    SELECT i.id, w.score, s.ack_ms,
                        (SELECT count(*)::int FROM (SELECT FROM messages m WHERE m.instance_id = i.id AND m.delivery = 'Queued' LIMIT 1000) q)
                    FROM instances i
                    JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
                    LEFT JOIN watch_states w ON w.tenant_id = i.tenant_id AND w.instance_id = i.id
                    WHERE i.tenant_id = $1 AND i.deleted_at IS NULL ORDER BY i.id LIMIT $2
                    """,
                    tenant,
                    Most
                )
            );
        }

        var rows = new List<Row>();
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            do
            {
                while (await reader.ReadAsync(ct))
                {
                    // Every second answer is the setting's own.
                    if (reader.FieldCount > 1 && rows.Count < Most)
                    {
                        rows.Add(
                            new Row(
                                reader.GetGuid(0),
                                await reader.IsDBNullAsync(1, ct) ? null : reader.GetInt16(1),
                                await reader.IsDBNullAsync(2, ct)
                                    ? null
                                    : Convert.ToDouble(reader.GetValue(2), System.Globalization.CultureInfo.InvariantCulture) / 1_000,
                                reader.GetInt32(3)
                            )
                        );
                    }
                }
            } while (await reader.NextResultAsync(ct));
        }

        return rows;
    }

    private sealed record Row(Guid Id, double? Score, double? Ack, double Queued);
}
