using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>What stands around the lists: counters, numbers, teams and labels. The connection has entered the tenant.</summary>
internal static class SummarySql
{
    public static async Task<InboxSummary> ReadAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        var counts = new List<InboxCount>();
        await using (var command = Counts(connection, tenant))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                counts.Add(
                    new InboxCount(
                        new InstanceId(reader.GetGuid(0)),
                        reader.Enum<ConversationStatus>(1),
                        reader.GetGuid(2) is var user && user != Guid.Empty ? new UserId(user) : null,
                        reader.GetGuid(3) is var team && team != Guid.Empty ? new TeamId(team) : null,
                        reader.GetInt32(4),
                        reader.GetInt32(5)
                    )
                    {
                        Kind = reader.Enum<ConversationKind>(6),
                    }
                );
            }
        }

        var numbers = new List<InboxNumber>();
        await using (var command = Numbers(connection, tenant))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                numbers.Add(
                    new InboxNumber(
                        new InstanceId(reader.GetGuid(0)),
                        reader.GetString(1),
                        reader.TextOrNull(2),
                        reader.EnumOrNull<InstanceState>(3) ?? InstanceState.Unknown,
                        reader.GetBoolean(4)
                    )
                );
            }
        }

        var teams = new List<InboxTeam>();
        await using (var command = connection.Sql("SELECT id, name FROM teams WHERE tenant_id = $1 ORDER BY lower(name)", tenant.Value))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                teams.Add(new InboxTeam(new TeamId(reader.GetGuid(0)), reader.GetString(1)));
            }
        }

        var labels = new List<InboxLabel>();
        await using (
            var command = connection.Sql("SELECT id, name, colour FROM labels WHERE tenant_id = $1 ORDER BY folded_name", tenant.Value)
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                labels.Add(new InboxLabel(new LabelId(reader.GetGuid(0)), reader.GetString(1), reader.GetInt32(2)));
            }
        }

        return new InboxSummary(counts, numbers) { Teams = teams, Labels = labels };
    }

    private static NpgsqlCommand Counts(NpgsqlConnection connection, TenantId tenant) =>
        connection.Sql(
            "SELECT instance_id, status, assignee_id, team_id, conversations, unread, kind FROM conversation_counts WHERE tenant_id = $1 AND conversations > 0",
            tenant.Value
        );

    private static NpgsqlCommand Numbers(NpgsqlConnection connection, TenantId tenant) =>
        connection.Sql(
            """
            SELECT i.id, i.name, s.phone, s.state, i.deleted_at IS NOT NULL
            FROM instances i LEFT JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            WHERE i.tenant_id = $1 ORDER BY i.name
            """,
            tenant.Value
        );
}
