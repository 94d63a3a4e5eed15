using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>Who plays a drill.</summary>
internal sealed record DrillBy(UserId User, string Name);

/// <summary>A failover's row by hand-written SQL, in the caller's transaction.</summary>
internal static class FailoverSql
{
    /// <summary>Done, and still in force: its number is out because of it, so whoever writes to that number is served by the other one too.</summary>
    private const string Stands = """
        (f.serves_id IS NOT NULL AND f.ended_at IS NULL
            AND EXISTS (SELECT FROM instances s WHERE s.tenant_id = f.tenant_id AND s.id = f.serves_id AND s.deleted_at IS NULL)
            AND EXISTS (SELECT FROM pool_members m WHERE m.tenant_id = f.tenant_id AND m.instance_id = f.instance_id AND m.pool_id = f.pool_id
                AND m.role = 'Quarantined')
            AND NOT EXISTS (SELECT FROM failovers n WHERE n.tenant_id = f.tenant_id AND n.instance_id = f.instance_id AND n.detected_at > f.detected_at))
        """;

    /// <summary>Null: one of this number is under way already.</summary>
    public static async Task<FailoverId?> AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        FailoverPlan plan,
        DrillBy? by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var id = Id.New<FailoverId>(now);
        await using var command = connection.Sql(
            """
            INSERT INTO failovers (id, tenant_id, pool_id, instance_id, plan, key, verdict, cause, is_drill, serves_id, promoted_id, signal_at, detected_at,
                promoted_at, conversations, replies, campaigns_held, campaigns_go_on, started_by, started_by_name)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, least($12, $13), $13, CASE WHEN $10 IS NULL THEN NULL ELSE greatest(clock_timestamp(), $13) END,
                0, 0, $14, $15, $16, left($17, 120))
            ON CONFLICT (tenant_id, instance_id) WHERE finished_at IS NULL DO NOTHING
            """,
            id.Value,
            tenant.Value,
            pool.Value,
            plan.Failed.Value,
            JsonParameter.Of(JsonSerializer.Serialize(plan, PoolMapping.Json)),
            plan.Key,
            plan.Finding.Verdict.ToString(),
            plan.Finding.Cause,
            plan.IsDrill,
            Uuid(plan.Serves?.Value),
            Uuid(plan.Promoted?.Value),
            plan.Finding.Since.ToUniversalTime(),
            now.ToUniversalTime(),
            plan.Campaigns.Count(c => c.IsHeld),
            plan.Campaigns.Count(c => !c.IsHeld),
            Uuid(by?.User.Value),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)by?.Name ?? DBNull.Value }
        );
        return await command.ExecuteNonQueryAsync(cancellation) == 1 ? id : null;
    }

    /// <summary>Failovers of a number that are under way, this one's or one that a killed copy left; and the one that is in force.</summary>
    public static async Task<IReadOnlyList<FailoverId>> OpenAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"SELECT f.id FROM failovers f WHERE f.tenant_id = $1 AND f.instance_id = $2 AND (f.finished_at IS NULL OR {Stands})",
            tenant.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var open = new List<FailoverId>();
        while (await reader.ReadAsync(cancellation))
        {
            open.Add(new FailoverId(reader.GetGuid(0)));
        }

        return open;
    }

    /// <summary>Whether this very failure was answered already: of an official number no role changes by which it could be seen.</summary>
    public static async Task<bool> IsAnsweredAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        DateTimeOffset since,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT EXISTS (SELECT FROM failovers WHERE tenant_id = $1 AND instance_id = $2 AND NOT is_drill AND signal_at >= $3)",
            tenant.Value,
            instance.Value,
            since.ToUniversalTime()
        );
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Locks it until the transaction ends, so that two copies that finish it follow each other. Null: it is over, or not there.</summary>
    public static async Task<OpenFailover?> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        FailoverId failover,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT f.pool_id, f.instance_id, f.serves_id, a.name, b.name, f.is_drill, f.ended_at IS NOT NULL, f.finished_at IS NOT NULL FROM failovers f
            JOIN instances a ON a.tenant_id = f.tenant_id AND a.id = f.instance_id
            LEFT JOIN instances b ON b.tenant_id = f.tenant_id AND b.id = f.serves_id
            WHERE f.tenant_id = $1 AND f.id = $2 AND (f.finished_at IS NULL OR {Stands}) FOR UPDATE OF f
            """,
            tenant.Value,
            failover.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new OpenFailover(
                failover,
                new PoolId(reader.GetGuid(0)),
                new InstanceId(reader.GetGuid(1)),
                reader.Value<Guid>(2) is { } serves ? new InstanceId(serves) : null,
                reader.GetString(3),
                reader.Text(4) ?? "",
                reader.GetBoolean(5),
                reader.GetBoolean(6),
                reader.GetBoolean(7)
            )
            : null;
    }

    public static async Task MovedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        FailoverId failover,
        IReadOnlyCollection<(ConversationId From, ConversationId To)> moved,
        int replies,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH moved AS (
                INSERT INTO failover_conversations (tenant_id, failover_id, from_id, to_id)
                SELECT $1, $2, t.* FROM unnest($3::uuid[], $4::uuid[]) AS t ON CONFLICT DO NOTHING
            )
            UPDATE failovers SET conversations = conversations + $5, replies = replies + $6 WHERE tenant_id = $1 AND id = $2
            """,
            tenant.Value,
            failover.Value,
            moved.Select(m => m.From.Value).ToArray(),
            moved.Select(m => m.To.Value).ToArray(),
            moved.Count,
            replies
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task ReturnedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        FailoverId failover,
        IEnumerable<ConversationId> returned,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE failover_conversations SET returned_at = now() WHERE tenant_id = $1 AND failover_id = $2 AND to_id = ANY ($3)",
            tenant.Value,
            failover.Value,
            returned.Select(r => r.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>False: it was done before.</summary>
    public static async Task<bool> FinishAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        FailoverId failover,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE failovers SET finished_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL",
            tenant.Value,
            failover.Value
        );
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static NpgsqlParameter Uuid(Guid? value) => new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)value ?? DBNull.Value };
}

/// <summary>One that is under way, or in force.</summary>
/// <param name="Name">The failed number's.</param>
/// <param name="ServesName">The other one's.</param>
/// <param name="Returns">A drill is over: what it moved goes back.</param>
/// <param name="IsDone">Everything of its plan is: only who writes since is left.</param>
internal sealed record OpenFailover(
    FailoverId Id,
    PoolId Pool,
    InstanceId Failed,
    InstanceId? Serves,
    string Name,
    string ServesName,
    bool IsDrill,
    bool Returns,
    bool IsDone
)
{
    /// <summary>Null: nobody serves.</summary>
    public TransferWay? Way(TenantId tenant) =>
        Serves is not { } serves ? null
        : Returns ? new TransferWay(tenant, serves, ServesName, Failed, Name, "drill-over")
        : new TransferWay(tenant, Failed, Name, serves, ServesName, IsDrill ? "drill" : "failover");
}
