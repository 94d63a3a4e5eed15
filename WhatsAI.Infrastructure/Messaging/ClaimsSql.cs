using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Claims of several numbers, in one transaction. A number whose row somebody else has in hand is left out and waited for by nobody.</summary>
internal static class ClaimsSql
{
    /// <summary>Locks the rows of those claims that are still held; the others are not in the result, nor is a second claim of one number.</summary>
    /// <inheritdoc cref="WorkList.LockAsync"/>
    public static async Task<HashSet<WorkClaim>> LockAsync(
        NpgsqlConnection connection,
        WorkKind kind,
        IReadOnlyCollection<WorkClaim> claims,
        CancellationToken cancellation
    )
    {
        // One that was lost and one that followed it may both be at work here.
        var each = claims.DistinctBy(c => c.Instance).ToDictionary(c => c.Instance);
        await using var command = connection.Sql(
            """
            SELECT w.instance_id FROM work_list w
            WHERE w.kind = $1 AND w.instance_id = ANY ($2) AND w.lease_until > now()
                AND w.epoch = (SELECT c.epoch FROM unnest($2::uuid[], $3::bigint[]) AS c (instance_id, epoch) WHERE c.instance_id = w.instance_id)
            ORDER BY w.instance_id FOR UPDATE OF w SKIP LOCKED
            """,
            kind.ToString(),
            each.Keys.Select(i => i.Value).ToArray(),
            each.Values.Select(c => c.Epoch).ToArray()
        );
        return [.. (await ReadAsync(command, cancellation)).Select(i => each[i])];
    }

    /// <summary>Locks the numbers' inbound rows, as <see cref="WorkList.WaitForInboundAsync"/> does for one, where no batch of theirs is under way.</summary>
    public static async Task<HashSet<InstanceId>> LockInboundAsync(
        NpgsqlConnection connection,
        IEnumerable<InstanceId> instances,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT instance_id FROM work_list WHERE kind = 'Inbound' AND instance_id = ANY ($1) ORDER BY instance_id FOR UPDATE SKIP LOCKED",
            instances.Select(i => i.Value).ToArray()
        );
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Gives locked claims back, as <see cref="WorkList.ReleaseAsync"/> does for one.</summary>
    public static NpgsqlBatchCommand ReleaseCommand(WorkKind kind, IReadOnlyCollection<(WorkClaim Claim, TimeSpan? Next)> claims) =>
        TenantSql.Command(
            """
            UPDATE work_list w SET lease_until = NULL, due_at = now() + c.next
            FROM unnest($2::uuid[], $3::bigint[], $4::interval[]) AS c (instance_id, epoch, next)
            WHERE w.kind = $1 AND w.instance_id = c.instance_id AND w.epoch = c.epoch
            """,
            kind.ToString(),
            claims.Select(c => c.Claim.Instance.Value).ToArray(),
            claims.Select(c => c.Claim.Epoch).ToArray(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval, Value = claims.Select(c => c.Next).ToArray() }
        );

    private static async Task<HashSet<InstanceId>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var locked = new HashSet<InstanceId>();
        while (await reader.ReadAsync(cancellation))
        {
            locked.Add(new InstanceId(reader.GetGuid(0)));
        }

        return locked;
    }
}
