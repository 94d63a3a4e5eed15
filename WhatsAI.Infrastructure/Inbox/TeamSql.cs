using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

internal static class TeamSql
{
    private const int Batch = 1_000;

    /// <summary>A team's conversations are no team's any more; in the caller's transaction, counters included.</summary>
    public static async Task LeaveAsync(NpgsqlConnection connection, TenantId tenant, TeamId team, CancellationToken ct)
    {
        await AgentSql.LockAsync(connection, tenant, ct);
        while (await IdsAsync(connection, tenant, team, ct) is { Count: > 0 } ids)
        {
            var counters = new ConversationCounters();
            var after = new List<ConversationHead>();
            foreach (var head in (await HeadSql.LockAsync(connection, tenant, ids, ct)).Values)
            {
                var next = head with { TeamId = null };
                counters.Moved(head, next);
                after.Add(next);
            }

            await HeadSql.WriteAsync(connection, after, ct);
            await counters.ApplyAsync(connection, tenant, ct);
        }
    }

    private static async Task<List<ConversationId>> IdsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        TeamId team,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT conversation_id FROM conversation_heads WHERE tenant_id = $1 AND team_id = $2 LIMIT $3",
            tenant.Value,
            team.Value,
            Batch
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ids = new List<ConversationId>();
        while (await reader.ReadAsync(ct))
        {
            ids.Add(new ConversationId(reader.GetGuid(0)));
        }

        return ids;
    }
}
