using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A number's pace: read under its lock, decided on, written, in one transaction of the tenant.</summary>
internal static class PaceSql
{
    /// <summary>
    /// Locks the row until the transaction ends, and makes it where there is none: in use since the number was made, by the company's calendar. Null: there is
    /// no such number.
    /// </summary>
    public static async Task<PaceState?> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        var state = await ReadLockedAsync(connection, tenant, instance, cancellation);
        if (state is not null)
        {
            return state;
        }

        await using (
            var command = connection.Sql(
                """
                INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
                SELECT i.tenant_id, i.id, (i.created_at AT TIME ZONE t.time_zone)::date, '-infinity', 0, 0, '-infinity', 0, 0
                FROM instances i JOIN tenants t ON t.id = i.tenant_id
                WHERE i.tenant_id = $1 AND i.id = $2
                ON CONFLICT DO NOTHING
                """,
                tenant.Value,
                instance.Value
            )
        )
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }

        return await ReadLockedAsync(connection, tenant, instance, cancellation);
    }

    /// <summary>The same for several numbers, in one order for everybody; one that is gone is not in the result.</summary>
    /// <inheritdoc cref="LockAsync(NpgsqlConnection, TenantId, InstanceId, CancellationToken)"/>
    public static async Task<Dictionary<InstanceId, PaceState>> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<InstanceId> instances,
        CancellationToken cancellation
    )
    {
        var states = new Dictionary<InstanceId, PaceState>();
        await using (
            var command = connection.Sql(
                """
                SELECT instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series, last_at, not_before, penalty_until,
                    paused_until
                FROM pace_states WHERE tenant_id = $1 AND instance_id = ANY ($2) ORDER BY instance_id FOR UPDATE
                """,
                tenant.Value,
                instances.Select(i => i.Value).ToArray()
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                states[new InstanceId(reader.GetGuid(0))] = Read(reader, 1);
            }
        }

        foreach (var fresh in instances.Where(i => !states.ContainsKey(i)).OrderBy(i => i.Value))
        {
            if (await LockAsync(connection, tenant, fresh, cancellation) is { } state)
            {
                states[fresh] = state;
            }
        }

        return states;
    }

    /// <summary>Under the lock of <see cref="LockAsync(NpgsqlConnection, TenantId, InstanceId, CancellationToken)"/>.</summary>
    public static NpgsqlBatchCommand WriteCommand(TenantId tenant, IReadOnlyCollection<(InstanceId Instance, PaceState State)> states)
    {
        return TenantSql.Command(
            """
            UPDATE pace_states p SET in_use_since = t.in_use_since, day = t.day, sent_today = t.sent_today, strangers_today = t.strangers_today, hour = t.hour,
                sent_this_hour = t.sent_this_hour, in_series = t.in_series, last_at = t.last_at, not_before = t.not_before,
                penalty_until = t.penalty_until, paused_until = t.paused_until
            FROM unnest($2::uuid[], $3::date[], $4::date[], $5::int[], $6::int[], $7::timestamptz[], $8::int[], $9::int[], $10::timestamptz[],
                $11::timestamptz[], $12::timestamptz[], $13::timestamptz[]) AS t (instance_id, in_use_since, day, sent_today, strangers_today, hour,
                sent_this_hour, in_series, last_at, not_before, penalty_until, paused_until)
            WHERE p.tenant_id = $1 AND p.instance_id = t.instance_id
            """,
            tenant.Value,
            states.Select(s => s.Instance.Value).ToArray(),
            states.Select(s => s.State.InUseSince).ToArray(),
            states.Select(s => s.State.Day).ToArray(),
            states.Select(s => s.State.SentToday).ToArray(),
            states.Select(s => s.State.StrangersToday).ToArray(),
            Times(s => s.Hour),
            states.Select(s => s.State.SentThisHour).ToArray(),
            states.Select(s => s.State.InSeries).ToArray(),
            Times(s => s.LastAt),
            Times(s => s.NotBefore),
            Times(s => s.PenaltyUntil),
            Times(s => s.PausedUntil)
        );

        NpgsqlParameter Times(Func<PaceState, DateTimeOffset?> of) =>
            new()
            {
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
                Value = states.Select(s => (DateTime?)At(of(s.State))).ToArray(),
            };
    }

    /// <summary>Under the lock of <see cref="LockAsync(NpgsqlConnection, TenantId, InstanceId, CancellationToken)"/>.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        PaceState state,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE pace_states SET in_use_since = $3, day = $4, sent_today = $5, strangers_today = $6, hour = $7, sent_this_hour = $8, in_series = $9,
                last_at = $10, not_before = $11, penalty_until = $12, paused_until = $13
            WHERE tenant_id = $1 AND instance_id = $2
            """,
            tenant.Value,
            instance.Value,
            state.InUseSince,
            state.Day,
            state.SentToday,
            state.StrangersToday,
            At(state.Hour),
            state.SentThisHour,
            state.InSeries,
            At(state.LastAt),
            At(state.NotBefore),
            At(state.PenaltyUntil),
            At(state.PausedUntil)
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<PaceState?> ReadLockedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series, last_at, not_before, penalty_until, paused_until
            FROM pace_states WHERE tenant_id = $1 AND instance_id = $2 FOR UPDATE
            """,
            tenant.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>From a row with <see cref="PaceRow"/>'s columns in their order, without the ids.</summary>
    internal static PaceState Read(NpgsqlDataReader reader, int first = 0)
    {
        return new PaceState
        {
            InUseSince = reader.GetFieldValue<DateOnly>(first),
            Day = reader.GetFieldValue<DateOnly>(first + 1),
            SentToday = reader.GetInt32(first + 2),
            StrangersToday = reader.GetInt32(first + 3),
            Hour = Time(first + 4)!.Value,
            SentThisHour = reader.GetInt32(first + 5),
            InSeries = reader.GetInt32(first + 6),
            LastAt = Time(first + 7),
            NotBefore = Time(first + 8),
            PenaltyUntil = Time(first + 9),
            PausedUntil = Time(first + 10),
        };

        // Npgsql reads infinity as the end of time for a DateTime only.
        DateTimeOffset? Time(int column) =>
            reader.IsDBNull(column) ? null
            : reader.GetDateTime(column) is var at && at == DateTime.MaxValue ? DateTimeOffset.MaxValue
            : at == DateTime.MinValue ? DateTimeOffset.MinValue
            : new DateTimeOffset(at, TimeSpan.Zero);
    }

    private static object? At(DateTimeOffset? at) =>
        at is not { } value ? null
        : value == DateTimeOffset.MaxValue ? DateTime.MaxValue
        : value == DateTimeOffset.MinValue ? DateTime.MinValue
        : value.UtcDateTime;
}
