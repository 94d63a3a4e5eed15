using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Whom and what a conversation can be given to, and how its thread tells of it.</summary>
internal static class AssignmentTargets
{
    /// <exception cref="RuleException">He is no member who may enter, or does not see its number.</exception>
    public static AgentRow Able(List<AgentRow> agents, UserId user, ConversationHead head)
    {
        var agent = agents.Find(a => a.Id == user) ?? throw new RuleException("assignment.no-member");
        return agent.Sees(head.InstanceId) ? agent : throw new RuleException("assignment.does-not-see");
    }

    /// <exception cref="RuleException">It is gone.</exception>
    public static async Task<(string Name, AssignmentMode Mode)> TeamAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        TeamId id,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql("SELECT name, mode FROM teams WHERE tenant_id = $1 AND id = $2", tenant.Value, id.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetString(0), Enum.Parse<AssignmentMode>(reader.GetString(1)))
            : throw new RuleException("team.gone");
    }

    /// <summary>The line's key, and what fills it after the name of who did it.</summary>
    public static (string Key, string[] Values) LineOf(
        ConversationHead before,
        ConversationHead after,
        UserId me,
        string? to,
        string? team
    ) =>
        (to, team) switch
        {
            _ when before.TeamId != after.TeamId && team is null => ("line.team-none", []),
            (null, { } name) when before.TeamId != after.TeamId => ("line.team", [name]),
            ({ } agent, { } name) when before.TeamId != after.TeamId => ("line.team-agent", [name, agent]),
            (null, _) => ("line.unassigned", []),
            _ when after.AssigneeId == me => ("line.took", []),
            ({ } agent, _) => ("line.assigned", [agent]),
        };
}
