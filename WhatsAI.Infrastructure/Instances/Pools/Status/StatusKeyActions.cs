using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>The company's one key for programs that ask for its state.</summary>
public sealed class StatusKeyActions(NpgsqlDataSource database, CurrentMember member, EventHub hub)
{
    /// <summary>Makes it, or another in its place: the one before opens nothing from then on.</summary>
    /// <returns>The key, shown this once.</returns>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<string> CreateAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        var (key, prefix) = StatusKeys.New();
        await using (var scope = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = scope.Connection.Sql(
                """
                INSERT INTO status_keys (tenant_id, prefix, key_hash, created_at, created_by_name) VALUES ($1, $2, $3, now(), $4)
                ON CONFLICT (tenant_id) DO UPDATE SET prefix = $2, key_hash = $3, created_at = now(), created_by_name = $4
                """,
                member.TenantId.Value,
                prefix,
                StatusKeys.HashOf(key),
                member.DisplayName
            );
            await command.ExecuteNonQueryAsync(ct);
            await scope.CommitAsync(ct);
        }

        hub.Publish(new AlertsChanged(member.TenantId));
        return key;
    }

    /// <summary>No key opens the company's state any more.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task RevokeAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using (var scope = await database.BeginAsync(member.TenantId, ct))
        {
            await using var command = scope.Connection.Sql("DELETE FROM status_keys WHERE tenant_id = $1", member.TenantId.Value);
            await command.ExecuteNonQueryAsync(ct);
            await scope.CommitAsync(ct);
        }

        hub.Publish(new AlertsChanged(member.TenantId));
    }
}

/// <summary>What is known of the key, which is not the key.</summary>
public sealed record StatusKeyRow(string Prefix, DateTimeOffset CreatedAt, string CreatedByName);

public sealed class StatusKeyQueries(NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>Null: there is none.</summary>
    public async Task<StatusKeyRow?> FindAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT prefix, created_at, created_by_name FROM status_keys WHERE tenant_id = $1",
            member.TenantId.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new StatusKeyRow(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2))
            : null;
    }
}
