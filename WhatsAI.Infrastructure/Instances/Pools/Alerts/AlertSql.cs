using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>The open alerts of a company, read and written in the caller's transaction and tenant.</summary>
internal static class AlertSql
{
    private const string Columns =
        "kind, subject, instance_id, other_id, pool_id, cause_since, cause, done, said_at, said_on, said_count, said_of, gone_since";

    /// <summary>Until the transaction ends: whoever finds something to change in a company's alerts follows whoever did before.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT pg_advisory_xact_lock(hashtextextended('alerts' || $1, 0))", tenant.ToString());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="subjects">Null: all of the company.</param>
    /// <param name="pools">Those of these pools too, whatever their subjects.</param>
    public static async Task<IReadOnlyList<OpenAlert>> OpenAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<Guid>? subjects,
        IReadOnlyCollection<PoolId> pools,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT {Columns} FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND ($2::uuid[] IS NULL OR subject = ANY ($2) OR pool_id = ANY ($3))
            """,
            tenant.Value,
            new NpgsqlParameter
            {
                Value = (object?)subjects?.ToArray() ?? DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
            },
            pools.Select(p => p.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var open = new List<OpenAlert>();
        while (await reader.ReadAsync(ct))
        {
            open.Add(new OpenAlert(Read(reader), reader.TimeOrNull(12)));
        }

        return open;
    }

    /// <summary>Writes the differences, and for what is raised a row for each channel that is to be told of it.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<AlertChange> changes,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (place, change) in changes.Index())
        {
            batch.BatchCommands.Add(
                change switch
                {
                    AlertChange.Raise raise => Raise(tenant, Id.New<AlertId>(now, place), raise.Alert, now),
                    AlertChange.Reword reword => Reword(tenant, reword.Alert),
                    AlertChange.Return back => Reword(tenant, back.Alert),
                    AlertChange.Fade fade => TenantSql.Command(
                        "UPDATE alerts SET gone_since = $4 WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND cleared_at IS NULL",
                        tenant.Value,
                        fade.Key.Kind.ToString(),
                        fade.Key.Subject,
                        fade.GoneSince.UtcDateTime
                    ),
                    _ => TenantSql.Command(
                        "UPDATE alerts SET cleared_at = $4 WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND cleared_at IS NULL",
                        tenant.Value,
                        change.Key.Kind.ToString(),
                        change.Key.Subject,
                        now.UtcDateTime
                    ),
                }
            );
        }

        if (changes.OfType<AlertChange.Raise>().Any())
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    INSERT INTO alert_work (tenant_id, due_at) SELECT $1, now() WHERE EXISTS (
                        SELECT FROM alert_deliveries WHERE tenant_id = $1 AND delivered_at IS NULL AND given_up_at IS NULL AND due_at <= now()
                    ) ON CONFLICT (tenant_id) DO UPDATE SET due_at = least(alert_work.due_at, excluded.due_at)
                    """,
                    tenant.Value
                )
            );
        }

        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>As it comes back from the database, which keeps microseconds: else it would be another one each time.</summary>
    public static WantedAlert Stored(WantedAlert alert) => alert with { Since = Whole(alert.Since), At = Whole(alert.At) };

    private static DateTimeOffset? Whole(DateTimeOffset? at) =>
        at is { } time ? new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null;

    private static WantedAlert Read(NpgsqlDataReader reader) =>
        new(
            new AlertKey(reader.Enum<AlertKind>(0), reader.GetGuid(1)),
            reader.TimeOrNull(5),
            reader.TextOrNull(6),
            reader.TextOrNull(7),
            reader.TimeOrNull(8),
            reader.IsDBNull(9) ? null : reader.GetFieldValue<DateOnly>(9),
            reader.IsDBNull(10) ? null : reader.GetInt32(10),
            reader.IsDBNull(11) ? null : reader.GetInt32(11)
        )
        {
            Number = reader.GuidOrNull(2) is { } number ? new InstanceId(number) : null,
            Other = reader.GuidOrNull(3) is { } other ? new InstanceId(other) : null,
            Pool = reader.GuidOrNull(4) is { } pool ? new PoolId(pool) : null,
        };

    private static NpgsqlBatchCommand Raise(TenantId tenant, AlertId id, WantedAlert alert, DateTimeOffset now) =>
        TenantSql.Command(
            """
            WITH raised AS (
                INSERT INTO alerts (id, tenant_id, kind, subject, level, gateway_server_id, raised_at,
                    instance_id, other_id, pool_id, cause_since, cause, done, said_at, said_on, said_count, said_of)
                VALUES ($14, $1, $2, $3, $15, $16, $17, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT DO NOTHING RETURNING id
            ) INSERT INTO alert_deliveries (id, tenant_id, alert_id, channel_id, due_at, attempts, is_doubtful)
            SELECT gen_random_uuid(), $1, r.id, c.id, now(), 0, false FROM raised r JOIN alert_channels c ON c.tenant_id = $1 AND c.is_enabled
                AND (c.lowest = 'Info' OR $15 = 'Critical' OR c.lowest = $15) AND (c.kinds = '{}' OR $2 = ANY (c.kinds))
            """,
            [.. Words(tenant, alert), id.Value, alert.Key.Kind.Level().ToString(), Uuid(alert.Server?.Value), now.UtcDateTime]
        );

    private static NpgsqlBatchCommand Reword(TenantId tenant, WantedAlert alert) =>
        TenantSql.Command(
            """
            UPDATE alerts SET instance_id = $4, other_id = $5, pool_id = $6, cause_since = $7, cause = $8, done = $9, said_at = $10, said_on = $11,
                said_count = $12, said_of = $13, gone_since = NULL
            WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND cleared_at IS NULL
            """,
            Words(tenant, alert)
        );

    private static object?[] Words(TenantId tenant, WantedAlert alert) =>
        [
            tenant.Value,
            alert.Key.Kind.ToString(),
            alert.Key.Subject,
            Uuid(alert.Number?.Value),
            Uuid(alert.Other?.Value),
            Uuid(alert.Pool?.Value),
            Of(alert.Since?.UtcDateTime, NpgsqlDbType.TimestampTz),
            Of(alert.Cause, NpgsqlDbType.Text),
            Of(alert.Done, NpgsqlDbType.Text),
            Of(alert.At?.UtcDateTime, NpgsqlDbType.TimestampTz),
            Of(alert.On, NpgsqlDbType.Date),
            Of(alert.Count, NpgsqlDbType.Integer),
            Of(alert.Of, NpgsqlDbType.Integer),
        ];

    private static NpgsqlParameter Uuid(Guid? value) => Of(value, NpgsqlDbType.Uuid);

    private static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
