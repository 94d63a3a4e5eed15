using System.Collections.Frozen;
using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>A member who may answer, with what the choice and the pickers need to know of him.</summary>
/// <param name="Numbers">What he sees; null: all.</param>
public sealed record AgentRow(Agent Agent, string Name, FrozenSet<InstanceId>? Numbers, FrozenSet<TeamId> Teams)
{
    public UserId Id => Agent.Id;

    public bool Sees(InstanceId number) => Numbers is not { } seen || seen.Contains(number);
}

internal static class AgentSql
{
    /// <summary>So long after his last sign of life a member's windows count as closed; copies renew it every third of this.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(75);

    /// <summary>
    /// Held by whoever gives conversations to members, until the end of his transaction: so what an agent holds, as read in it, stays true until then.
    /// </summary>
    public static async Task LockAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT pg_advisory_xact_lock(hashtextextended('assignment' || $1, 0))",
            tenant.ToString()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The tenant's members who are not disabled, by name. Presence as it counts now, by the database's clock.</summary>
    public static async Task<List<AgentRow>> ReadAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT m.user_id, u.display_name, m.role, m.sees_all_numbers,
                CASE WHEN g.seen_at > now() - $2::interval THEN g.presence ELSE 'Offline' END, g.capacity, g.last_given_at,
                coalesce((SELECT sum(c.conversations) FROM conversation_counts c WHERE c.tenant_id = $1 AND c.assignee_id = m.user_id AND c.status = 'Open'), 0)::int,
                ARRAY(SELECT n.instance_id FROM member_numbers n WHERE n.tenant_id = $1 AND n.user_id = m.user_id),
                ARRAY(SELECT t.team_id FROM team_members t WHERE t.tenant_id = $1 AND t.user_id = m.user_id)
            FROM memberships m JOIN users u ON u.id = m.user_id LEFT JOIN agents g ON g.tenant_id = m.tenant_id AND g.user_id = m.user_id
            WHERE m.tenant_id = $1 AND m.disabled_at IS NULL
            ORDER BY lower(u.display_name), m.user_id
            """,
            tenant.Value,
            Fresh
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var agents = new List<AgentRow>();
        while (await reader.ReadAsync(ct))
        {
            var seesAll = reader.GetBoolean(3) || reader.Enum<Role>(2).SeesEveryNumber();
            agents.Add(
                new AgentRow(
                    new Agent(
                        new UserId(reader.GetGuid(0)),
                        reader.Enum<Presence>(4),
                        reader.GetInt32(7),
                        reader.IsDBNull(5) ? null : reader.GetInt32(5),
                        reader.IsDBNull(6) ? null : reader.Time(6)
                    ),
                    reader.GetString(1),
                    seesAll ? null : reader.GetFieldValue<Guid[]>(8).Select(n => new InstanceId(n)).ToFrozenSet(),
                    reader.GetFieldValue<Guid[]>(9).Select(t => new TeamId(t)).ToFrozenSet()
                )
            );
        }

        return agents;
    }
}
