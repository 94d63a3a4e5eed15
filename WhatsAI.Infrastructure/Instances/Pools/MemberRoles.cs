using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A change of role that is wanted: by whom, why.</summary>
/// <param name="By">The person, where one did it.</param>
/// <param name="ByName">His name, for the history.</param>
/// <param name="Detail">A resource key below "cause.".</param>
internal sealed record WantedRole(
    InstanceId Instance,
    MemberRole To,
    RoleCause Cause,
    UserId? By = null,
    string? ByName = null,
    string? Detail = null
);

/// <summary>The one writer of roles: the rules decide under the member's lock, and the history gets its line in the same transaction.</summary>
internal static class MemberRoles
{
    /// <summary>False when it has the role already: two copies that want the same change do it once.</summary>
    /// <exception cref="RuleException">This role does not follow that one for that cause, or the number is in no pool.</exception>
    public static async Task<bool> ChangeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        WantedRole wanted,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var (pool, from) =
            await LockAsync(connection, tenant, wanted.Instance, cancellation) ?? throw new RuleException("pool.member-gone");
        if (from == wanted.To)
        {
            return false;
        }

        if (!RoleRules.May(from, wanted.To, wanted.Cause) || (wanted.Cause == RoleCause.ByPerson) != (wanted.By is not null))
        {
            throw new RuleException("pool.role-forbidden");
        }

        await using var command = connection.Sql(
            """
            WITH changed AS (
                UPDATE pool_members SET role = $3, role_since = $4, cause = $5, detail = $6 WHERE tenant_id = $1 AND instance_id = $2
            )
            INSERT INTO role_changes (tenant_id, instance_id, pool_id, from_role, to_role, at, cause, detail, by_user_id, by_name)
            VALUES ($1, $2, $7, $8, $3, $4, $5, $6, $9, $10)
            """,
            tenant.Value,
            wanted.Instance.Value,
            wanted.To.ToString(),
            now.ToUniversalTime(),
            wanted.Cause.ToString(),
            Text(wanted.Detail),
            pool.Value,
            from.ToString(),
            wanted.By?.Value,
            Text(wanted.ByName)
        );
        await command.ExecuteNonQueryAsync(cancellation);
        if (wanted.To.Sends())
        {
            await WorkList.DueAsync(connection, WorkKind.Outbound, wanted.Instance, cancellation);
        }

        return true;
    }

    private static async Task<(PoolId Pool, MemberRole Role)?> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT pool_id, role FROM pool_members WHERE tenant_id = $1 AND instance_id = $2 FOR UPDATE",
            tenant.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (new PoolId(reader.GetGuid(0)), Enum.Parse<MemberRole>(reader.GetString(1))) : null;
    }

    private static NpgsqlParameter Text(string? text) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)text ?? DBNull.Value };
}
