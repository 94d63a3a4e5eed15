using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>
/// Closes the company's calendar days: one row per number and day, also for days on which the console was down. Nothing is reset, because the counts say of
/// which day they are; numbers that wait for a new day's caps are looked at again.
/// </summary>
internal sealed class DailyWork(NpgsqlDataSource database, EventHub hub) : IPoolWork
{
    /// <summary>Days that are made up for after a long rest.</summary>
    private const int MostDays = 31;

    public PoolWorkKind Kind => PoolWorkKind.Daily;

    public async Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(turn.Tenant, ct);
        var connection = transaction.Connection;
        var reading = await PoolLock.LockAsync(connection, turn, ct);
        if (reading is not null)
        {
            var closed = 0;
            foreach (var member in reading.Members)
            {
                closed += await CloseAsync(connection, turn, reading, member, ct);
                if (member.Facts.Role.Sends())
                {
                    await WorkList.DueAsync(connection, WorkKind.Outbound, member.Facts.Instance, ct);
                }
            }

            await transaction.CommitAsync(ct);
            if (closed > 0)
            {
                hub.Publish(new PoolChanged(turn.Tenant, turn.Pool));
            }
        }

        return PoolLock.UntilNext(reading, turn.Now);
    }

    /// <summary>How many days were closed.</summary>
    private static async Task<int> CloseAsync(
        NpgsqlConnection connection,
        PoolTurn turn,
        PoolReading pool,
        MemberReading member,
        CancellationToken ct
    )
    {
        var today = LocalDays.Of(turn.Now, pool.Zone);
        var first = await FirstOpenAsync(connection, turn, member.Facts.Instance, ct) ?? LocalDays.Of(member.Facts.RoleSince, pool.Zone);
        var days = 0;
        for (var day = first < today.AddDays(-MostDays) ? today.AddDays(-MostDays) : first; day < today; day = day.AddDays(1))
        {
            await CloseAsync(connection, turn, pool, member, day, ct);
            days++;
        }

        return days;
    }

    private static async Task CloseAsync(
        NpgsqlConnection connection,
        PoolTurn turn,
        PoolReading pool,
        MemberReading member,
        DateOnly day,
        CancellationToken ct
    )
    {
        var (begins, ends) = (LocalDays.StartOf(day, pool.Zone), LocalDays.StartOf(day.AddDays(1), pool.Zone));
        var isCounted = member.Pace.Day == day;
        await using var command = connection.Sql(
            """
            INSERT INTO pace_days (tenant_id, instance_id, day, sent, strangers, cap, ramp, outgoing, received, failed)
            SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(sum(h.sent), 0), coalesce(sum(h.received), 0), coalesce(sum(h.failed), 0)
            FROM instance_hours h WHERE h.tenant_id = $1 AND h.instance_id = $2 AND h.hour >= $8 AND h.hour < $9
            ON CONFLICT (tenant_id, instance_id, day) DO UPDATE SET sent = greatest(pace_days.sent, excluded.sent),
                strangers = greatest(pace_days.strangers, excluded.strangers), cap = excluded.cap, ramp = excluded.ramp, outgoing = excluded.outgoing,
                received = excluded.received, failed = excluded.failed
            """,
            turn.Tenant.Value,
            member.Facts.Instance.Value,
            day,
            isCounted ? member.Pace.SentToday : 0,
            isCounted ? member.Pace.StrangersToday : 0,
            Pacing.CapOn(member.Pace, pool.Pace, Reach.Known, ends.AddTicks(-1), pool.Zone),
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer,
                Value = (object?)pool.Pace.WarmUp.PerDay(Pacing.DayOfUse(member.Pace, day)) ?? DBNull.Value,
            },
            begins,
            ends
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The day after the last that is closed, or the first that was counted before any was; null: there is none.</summary>
    private static async Task<DateOnly?> FirstOpenAsync(
        NpgsqlConnection connection,
        PoolTurn turn,
        InstanceId instance,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(max(day) FILTER (WHERE cap IS NOT NULL) + 1, min(day)) FROM pace_days WHERE tenant_id = $1 AND instance_id = $2
            """,
            turn.Tenant.Value,
            instance.Value
        );
        return await command.ExecuteScalarAsync(ct) switch
        {
            DateOnly day => day,
            DateTime day => DateOnly.FromDateTime(day),
            _ => null,
        };
    }
}
