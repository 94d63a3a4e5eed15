using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <param name="Unread">Conversations that are not resolved and hold something no agent has seen.</param>
/// <param name="Alerts">Numbers that a person has to see to.</param>
public sealed record Attention(int Unread, int Alerts);

/// <summary>What the rail counts: two sums over a few rows, never a count of conversations; read once for all who look.</summary>
public sealed class AttentionQueries(AttentionRows rows, CurrentMember member)
{
    public async Task<Attention> ReadAsync(CancellationToken ct = default)
    {
        var seen = (await rows.OfAsync(member.TenantId, ct)).Where(n => member.Sees(n.Id)).ToList();
        return new Attention(seen.Sum(n => n.Unread), seen.Count(n => n.Alerts));
    }
}

/// <summary>One number's part in the sums; a deleted one still has conversations.</summary>
public sealed record NumberAttention(InstanceId Id, int Unread, bool Alerts);

/// <summary>What the sums of a tenant are made of, for all of its open screens.</summary>
public sealed class AttentionRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<IReadOnlyList<NumberAttention>>(time)
{
    protected override async Task<IReadOnlyList<NumberAttention>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT i.id,
                (SELECT coalesce(sum(c.unread), 0)::int FROM conversation_counts c
                 WHERE c.tenant_id = i.tenant_id AND c.instance_id = i.id AND c.kind = 'Person' AND c.status IN ('Open', 'Pending', 'Snoozed')),
                i.deleted_at IS NULL AND coalesce(s.state IN ('Disconnected', 'LoggedOut', 'Restricted', 'Banned'), false)
            FROM instances i LEFT JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            WHERE i.tenant_id = $1
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<NumberAttention>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new NumberAttention(new InstanceId(reader.GetGuid(0)), reader.GetInt32(1), reader.GetBoolean(2)));
        }

        return rows;
    }
}
