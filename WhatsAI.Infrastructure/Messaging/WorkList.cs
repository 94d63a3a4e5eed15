using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>An instance's work, claimed. Whoever holds a lower epoch than the row has lost it and completes nothing.</summary>
/// <param name="Until">By the database's clock.</param>
public sealed record WorkClaim(WorkKind Kind, TenantId Tenant, InstanceId Instance, long Epoch, DateTimeOffset Until);

/// <summary>
/// Claims due work by lease, on the database's clock. A claim is renewed while it is held and given back with the time the next work is due; a copy that
/// dies or stands still loses it by itself.
/// </summary>
public sealed class WorkList(NpgsqlDataSource database)
{
    /// <summary>How long a claim lasts without renewal. After a crash an instance's work rests at most this long.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(25);

    /// <summary>One row per kind, for a new instance; in the caller's transaction.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, TenantId tenant, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "INSERT INTO work_list (kind, instance_id, tenant_id, epoch) SELECT unnest($3), $1, $2, 0 ON CONFLICT DO NOTHING",
            instance.Value,
            tenant.Value,
            Enum.GetNames<WorkKind>()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes work due, in the caller's transaction: now, or in <paramref name="after"/>; never later than it already was.</summary>
    public static NpgsqlBatchCommand DueCommand(WorkKind kind, InstanceId instance, TimeSpan after = default) =>
        new("UPDATE work_list SET due_at = least(due_at, now() + $3) WHERE kind = $1 AND instance_id = $2")
        {
            Parameters =
            {
                new() { Value = kind.ToString() },
                new() { Value = instance.Value },
                new() { Value = after },
            },
        };

    /// <summary>False when there is no such work: the instance was deleted.</summary>
    /// <inheritdoc cref="DueCommand"/>
    public static async Task<bool> DueAsync(
        NpgsqlConnection connection,
        WorkKind kind,
        InstanceId instance,
        CancellationToken cancellation,
        TimeSpan after = default
    )
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { DueCommand(kind, instance, after) } };
        return await batch.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Makes work due at a time that people named, in the caller's transaction; never later than it already was.</summary>
    /// <inheritdoc cref="DueAsync"/>
    public static async Task<bool> DueAtAsync(
        NpgsqlConnection connection,
        WorkKind kind,
        InstanceId instance,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE work_list SET due_at = least(due_at, $3) WHERE kind = $1 AND instance_id = $2",
            kind.ToString(),
            instance.Value,
            at.ToUniversalTime()
        );
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>Claims up to <paramref name="most"/> due instances, longest due first.</summary>
    public async Task<IReadOnlyList<WorkClaim>> ClaimAsync(WorkKind kind, int most, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            """
            UPDATE work_list w SET lease_until = now() + $3, epoch = w.epoch + 1
            FROM (
                SELECT instance_id FROM work_list
                WHERE kind = $1 AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
                ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
            ) due
            WHERE w.kind = $1 AND w.instance_id = due.instance_id
            RETURNING w.tenant_id, w.instance_id, w.epoch, w.lease_until
            """,
            kind.ToString(),
            most,
            Lease
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var claims = new List<WorkClaim>();
        while (await reader.ReadAsync(cancellation))
        {
            claims.Add(
                new WorkClaim(
                    kind,
                    new TenantId(reader.GetGuid(0)),
                    new InstanceId(reader.GetGuid(1)),
                    reader.GetInt64(2),
                    reader.GetFieldValue<DateTimeOffset>(3)
                )
            );
        }

        return claims;
    }

    /// <summary>
    /// Takes every claim from whoever held it. Only where this process is surely the only copy, as with the embedded database: what a killed console held
    /// need not run out then.
    /// </summary>
    public async Task FreeAllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "UPDATE work_list SET lease_until = NULL, epoch = epoch + 1 WHERE lease_until IS NOT NULL"
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Prolongs a claim that is still held; false when it was lost.</summary>
    public async Task<bool> RenewAsync(WorkClaim claim, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "UPDATE work_list SET lease_until = now() + $4 WHERE kind = $1 AND instance_id = $2 AND epoch = $3 AND lease_until > now()",
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch,
            Lease
        );
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>
    /// Locks the number's inbound row until the caller's transaction ends: its batches and the caller follow each other, so that a receipt or an echo is never
    /// looked for and stored at the same time. First of all locks (docs/ledger.md).
    /// </summary>
    public static async Task WaitForInboundAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1 FOR UPDATE",
            instance.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Locks a claim's row until the caller's transaction ends; false when the claim was lost. Lock first, then look for what is due next, then
    /// <see cref="ReleaseAsync"/>: work queued meanwhile waits for the lock and makes itself due after it, so no wake-up is lost.
    /// </summary>
    public static async Task<bool> LockAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "SELECT 1 FROM work_list WHERE kind = $1 AND instance_id = $2 AND epoch = $3 AND lease_until > now() FOR UPDATE",
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch
        );
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    /// <summary>
    /// Gives a claim back, in the transaction that locked it, with how long from now the next work is due (null: none). Not a time: this process's clock
    /// need not be the database's.
    /// </summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection, WorkClaim claim, TimeSpan? next, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "UPDATE work_list SET lease_until = NULL, due_at = now() + $4 WHERE kind = $1 AND instance_id = $2 AND epoch = $3",
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Interval, Value = (object?)next ?? DBNull.Value }
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Gives a claim that was not ended back at once, its work due as it was, for another copy to take: this one stops.</summary>
    public async Task LeaveAsync(WorkClaim claim, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "UPDATE work_list SET lease_until = NULL WHERE kind = $1 AND instance_id = $2 AND epoch = $3 AND lease_until IS NOT NULL",
            claim.Kind.ToString(),
            claim.Instance.Value,
            claim.Epoch
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>When the earliest work of a kind is due that nobody holds; null when there is none. For sleeping until then.</summary>
    public async Task<TimeSpan?> NextDueAsync(WorkKind kind, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "SELECT min(greatest(due_at, coalesce(lease_until, due_at))) - now() FROM work_list WHERE kind = $1 AND due_at IS NOT NULL",
            kind.ToString()
        );
        return await command.ExecuteScalarAsync(cancellation) is TimeSpan wait ? wait : null;
    }
}
