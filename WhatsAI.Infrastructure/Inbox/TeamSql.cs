using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

internal static class TeamSql
{
    /// <summary>A team's conversations are no team's any more; in the caller's transaction, counters included.</summary>
    public static async Task LeaveAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        TeamId team,
        IHeadClock clock,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await AgentSql.LockAsync(connection, tenant, ct);
        await using var theirs = connection.Sql(
            "SELECT conversation_id FROM conversation_heads WHERE tenant_id = $1 AND team_id = $2",
            tenant.Value,
            team.Value
        );
        await foreach (var _ in HeadSweep.ChangeAsync(connection, tenant, theirs, h => clock.Move(h, h with { TeamId = null }, now), ct))
        {
            // Nothing follows from it.
        }
    }
}
