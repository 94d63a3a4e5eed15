using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Analytics;

/// <summary>A tenant's work at this moment, read once for all dashboards that are open.</summary>
public sealed class LiveBoardRows(NpgsqlDataSource database, Watchers watchers, TimeProvider time) : SharedRead<LiveBoard>(time)
{
    protected override async Task<LiveBoard> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(tenant, ct);
        return new LiveBoard(
            await LoadsAsync(scope.Connection, tenant, ct),
            await AgentSql.ReadAsync(scope.Connection, tenant, ct),
            await WatchedAsync(scope.Connection, tenant, ct)
        );
    }

    private static async Task<List<OpenLoad>> LoadsAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT instance_id, nullif(assignee_id, '00000000-0000-0000-0000-000000000000'), nullif(team_id, '00000000-0000-0000-0000-000000000000'),
                sum(open)::int, sum(waiting)::int, min(oldest)
            FROM (
                SELECT instance_id, assignee_id, team_id, conversations AS open, 0 AS waiting, NULL::timestamptz AS oldest FROM conversation_counts
                WHERE tenant_id = $1 AND kind = 'Person' AND status = 'Open' AND conversations > 0
                UNION ALL
                SELECT instance_id, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'), coalesce(team_id, '00000000-0000-0000-0000-000000000000'),
                    0, count(*), min(waiting_since)
                FROM conversation_heads
                WHERE tenant_id = $1 AND kind = 'Person' AND status = 'Open' AND waiting_since IS NOT NULL GROUP BY 1, 2, 3
            ) l GROUP BY 1, 2, 3
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var loads = new List<OpenLoad>();
        while (await reader.ReadAsync(ct))
        {
            loads.Add(
                new OpenLoad(
                    new InstanceId(reader.GetGuid(0)),
                    reader.GuidOrNull(1) is { } user ? new UserId(user) : null,
                    reader.GuidOrNull(2) is { } team ? new TeamId(team) : null,
                    reader.GetInt32(3),
                    reader.GetInt32(4),
                    reader.TimeOrNull(5)
                )
            );
        }

        return loads;
    }

    private async Task<List<WatchedNow>> WatchedAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        var watched = watchers.Of(tenant).Conversations;
        if (watched.Count == 0)
        {
            return [];
        }

        var rows = await ConversationSql.RowsAsync(ConversationSql.ByIds(connection, tenant, null, watched.Keys), ct);
        return
        [
            .. from row in rows
            from colleague in watched[row.Id]
            select new WatchedNow(colleague.User, row.Id, row.InstanceId, row.Name, row.Phone, colleague.Doing),
        ];
    }
}
