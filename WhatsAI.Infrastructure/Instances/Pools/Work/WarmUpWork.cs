using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>
/// The ramp itself is reckoned at each send from the day of use. What happens here is what people see of it: a line in the number's connection log when it may
/// send more, and at its end the number becomes a backup.
/// </summary>
internal sealed class WarmUpWork(NpgsqlDataSource database, EventHub hub) : IPoolWork
{
    private const string Step = "warm-up";
    private const string Over = "warmed-up";

    public PoolWorkKind Kind => PoolWorkKind.WarmUp;

    public async Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(turn.Tenant, ct);
        var reading = await PoolLock.LockAsync(transaction.Connection, turn, ct);
        var changed = new List<InstanceId>();
        var roles = false;
        if (reading is { IsOfficial: false })
        {
            foreach (var member in reading.Members)
            {
                var over = await IsOverAsync(transaction.Connection, turn, member.Facts, ct);
                roles |= over;
                if (over || await RecordAsync(transaction.Connection, turn, reading, member, ct))
                {
                    changed.Add(member.Facts.Instance);
                }
            }

            await transaction.CommitAsync(ct);
        }

        changed.ForEach(i => hub.Publish(new InstanceChanged(turn.Tenant, i)));
        if (roles)
        {
            hub.Publish(new PoolChanged(turn.Tenant, turn.Pool));
        }

        return PoolLock.UntilNext(reading, turn.Now);
    }

    /// <summary>The supervision's own rule, so that a number is not warm here and something else there.</summary>
    private static async Task<bool> IsOverAsync(NpgsqlConnection connection, PoolTurn turn, MemberFacts member, CancellationToken ct)
    {
        if (
            PoolSupervision.Steps([member], [], turn.Now)
            is not [SupervisionStep.Change { Cause: RoleCause.WarmedUp, To: var to, Instance: var instance }]
        )
        {
            return false;
        }

        await MemberRoles.ChangeAsync(connection, turn.Tenant, new WantedRole(instance, to, RoleCause.WarmedUp), turn.Now, ct);
        return await LineAsync(connection, turn, instance, Over, perDay: null, ct);
    }

    private static async Task<bool> RecordAsync(
        NpgsqlConnection connection,
        PoolTurn turn,
        PoolReading pool,
        MemberReading member,
        CancellationToken ct
    )
    {
        var day = Pacing.DayOfUse(member.Pace, LocalDays.Of(turn.Now, pool.Zone));
        return member.Facts.Role.Sends()
            && pool.Pace.WarmUp.PerDay(day) is { } perDay
            && await LineAsync(connection, turn, member.Facts.Instance, Step, perDay, ct);
    }

    /// <summary>False when it is the last line about the ramp already: under the pool's lock it is written once, whatever was killed when.</summary>
    private static async Task<bool> LineAsync(
        NpgsqlConnection connection,
        PoolTurn turn,
        InstanceId instance,
        string what,
        int? perDay,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO connection_log (tenant_id, instance_id, at, state, code, what)
            SELECT s.tenant_id, s.instance_id, $3, s.state, $4, $5
            FROM instance_statuses s
            LEFT JOIN LATERAL (
                SELECT l.what, l.code FROM connection_log l
                WHERE l.tenant_id = $1 AND l.instance_id = $2 AND l.what IN ('warm-up', 'warmed-up') ORDER BY l.id DESC LIMIT 1
            ) last ON true
            WHERE s.tenant_id = $1 AND s.instance_id = $2 AND (last.what, last.code) IS DISTINCT FROM ($5, $4)
            """,
            turn.Tenant.Value,
            instance.Value,
            turn.Now.ToUniversalTime(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer, Value = (object?)perDay ?? DBNull.Value },
            what
        );
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }
}
