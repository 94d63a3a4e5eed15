using System.Collections.Frozen;
using Npgsql;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <param name="Unread">Conversations that are not resolved and hold something no agent has seen.</param>
/// <param name="Alerts">Numbers that a person has to see to; those that one server's trouble explains are one.</param>
/// <param name="Waiting">Those of the unread that wait for this member: his own, and nobody's of his teams or of none.</param>
public sealed record Attention(int Unread, int Alerts, int Waiting);

/// <summary>What the rail and the window's title count: sums over a few rows, never a count of conversations; read once for all who look.</summary>
public sealed class AttentionQueries(AttentionRows rows, CurrentMember member)
{
    public async Task<Attention> ReadAsync(CancellationToken ct = default)
    {
        var all = await rows.OfAsync(member.TenantId, ct);
        var teams = all.Teams.GetValueOrDefault(member.UserId) ?? FrozenSet<TeamId>.Empty;
        var unread = all.Unread.Where(u => member.Sees(u.InstanceId)).ToList();
        return new Attention(
            unread.Sum(u => u.Conversations),
            all.Alerts.Count(member.Sees) + all.Fallen.Count(f => f.Any(member.Sees)),
            unread.Where(u => NotifyingPolicy.WaitsFor(member.UserId, teams, u.Assignee, u.Team)).Sum(u => u.Conversations)
        );
    }
}

/// <summary>A number's unread conversations of one assignee and team; a deleted number still has some.</summary>
public sealed record UnreadPart(InstanceId InstanceId, UserId? Assignee, TeamId? Team, int Conversations);

/// <summary>What the sums of a company are made of.</summary>
/// <param name="Alerts">Numbers that a person has to see to, each by itself.</param>
/// <param name="Fallen">Numbers that fell with their server, together.</param>
/// <param name="Teams">Of whoever is in one.</param>
public sealed record CompanyAttention(
    IReadOnlyList<UnreadPart> Unread,
    IReadOnlyList<InstanceId> Alerts,
    IReadOnlyList<FrozenSet<InstanceId>> Fallen,
    FrozenDictionary<UserId, FrozenSet<TeamId>> Teams
);

/// <summary>The same for all of a company's open screens.</summary>
public sealed class AttentionRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<CompanyAttention>(time)
{
    private readonly TimeProvider _time = time;

    protected override async Task<CompanyAttention> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var unread = await ReadAsync(
            transaction.Connection.Sql(
                """
                SELECT instance_id, assignee_id, team_id, sum(unread)::int FROM conversation_counts
                WHERE tenant_id = $1 AND kind = 'Person' AND status IN ('Open', 'Pending', 'Snoozed') AND unread > 0
                GROUP BY instance_id, assignee_id, team_id
                """,
                tenant.Value
            ),
            r => new UnreadPart(
                new InstanceId(r.GetGuid(0)),
                r.GetGuid(1) is var user && user != Guid.Empty ? new UserId(user) : null,
                r.GetGuid(2) is var team && team != Guid.Empty ? new TeamId(team) : null,
                r.GetInt32(3)
            ),
            ct
        );
        var alerts = await ReadAsync(
            transaction.Connection.Sql(
                """
                SELECT i.id, s.state IN ('Restricted', 'Banned') FROM instances i JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
                WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND s.state IN ('Disconnected', 'LoggedOut', 'Restricted', 'Banned')
                """,
                tenant.Value
            ),
            r => (Id: new InstanceId(r.GetGuid(0)), IsOwn: r.GetBoolean(1)),
            ct
        );
        // Fewer are nobody's but their own, and this is read whenever a message comes.
        var incidents =
            alerts.Count < GatewayIncident.Few
                ? []
                : await GatewayIncidents.ReadAsync(transaction.Connection, tenant, _time.GetUtcNow(), ct);
        var fallen = incidents.Select(i => i.Fallen.Where(f => alerts.Any(a => a.Id == f && !a.IsOwn)).ToFrozenSet()).ToArray();
        var teams = await ReadAsync(
            transaction.Connection.Sql("SELECT user_id, team_id FROM team_members WHERE tenant_id = $1", tenant.Value),
            r => (User: new UserId(r.GetGuid(0)), Team: new TeamId(r.GetGuid(1))),
            ct
        );
        return new CompanyAttention(
            unread,
            [.. alerts.Select(a => a.Id).Where(a => !fallen.Any(f => f.Contains(a)))],
            [.. fallen.Where(f => f.Count > 0)],
            teams.GroupBy(t => t.User, t => t.Team).ToFrozenDictionary(g => g.Key, g => g.ToFrozenSet())
        );
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<T>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(row(reader));
            }

            return rows;
        }
    }
}
