using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <param name="Unread">Conversations that are not resolved and hold something no agent has seen.</param>
/// <param name="Alerts">Numbers that a person has to see to.</param>
public sealed record Attention(int Unread, int Alerts);

/// <summary>What the rail counts: two sums over a few rows, never a count of conversations; read once for all who look.</summary>
public sealed class AttentionQueries(AttentionRows rows, CurrentTenant tenant)
{
    public Task<Attention> ReadAsync(CancellationToken ct = default) => rows.OfAsync(tenant.Id, ct);
}

/// <summary>The sums of a tenant, for all of its open screens.</summary>
public sealed class AttentionRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<Attention>(time)
{
    protected override async Task<Attention> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT
                (SELECT coalesce(sum(unread), 0)::int FROM conversation_counts
                 WHERE tenant_id = $1 AND kind = 'Person' AND status IN ('Open', 'Pending', 'Snoozed')),
                (SELECT count(*)::int FROM instances i JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
                 WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND s.state IN ('Disconnected', 'LoggedOut', 'Restricted', 'Banned'))
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Attention(reader.GetInt32(0), reader.GetInt32(1));
    }
}
