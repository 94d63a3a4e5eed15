using System.Collections.Frozen;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Notices;

/// <summary>How much each member of a tenant has not read yet, for all bells of this process at once. A bell looks at its own member's and no other.</summary>
public sealed class NoticeCounts(NpgsqlDataSource database, TimeProvider time) : SharedRead<FrozenDictionary<UserId, int>>(time)
{
    /// <summary>Counted no further: a bell says "99+".</summary>
    public const int Most = 100;

    // Of what a member no longer sees nothing is counted, as nothing of it is listed.
    internal const string Sql = """
        SELECT m.user_id, c.number FROM memberships m CROSS JOIN LATERAL (
            SELECT count(*)::int AS number FROM (
                SELECT FROM notices n WHERE n.tenant_id = $1 AND n.user_id = m.user_id AND n.read_at IS NULL AND (
                    m.sees_all_numbers OR m.role IN ('Owner', 'Admin') OR EXISTS (
                        SELECT FROM conversations c JOIN member_numbers s ON s.tenant_id = $1 AND s.user_id = m.user_id AND s.instance_id = c.instance_id
                        WHERE c.tenant_id = $1 AND c.id = n.conversation_id
                    )
                ) LIMIT $2
            ) unread
        ) c
        WHERE m.tenant_id = $1 AND m.disabled_at IS NULL AND c.number > 0
        """;

    protected override async Task<FrozenDictionary<UserId, int>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(Sql, tenant.Value, Most);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<UserId, int>();
        while (await reader.ReadAsync(ct))
        {
            counts.Add(new UserId(reader.GetGuid(0)), reader.GetInt32(1));
        }

        return counts.ToFrozenDictionary();
    }
}
