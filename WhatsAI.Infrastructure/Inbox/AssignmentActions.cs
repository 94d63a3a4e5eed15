using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Whose a conversation is: a member's, a team's, both or nobody's.</summary>
public sealed record Assigned(UserId? Assignee, TeamId? Team);

/// <summary>Gives conversations to members and teams by hand. Who is given one must be a member who may enter and sees its number.</summary>
public sealed class AssignmentActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, WorkSignal work, TimeProvider time)
{
    /// <summary>To a member, or back to nobody; the team stays. Returns whose it was, for an undo.</summary>
    /// <exception cref="RuleException">The member may not, the conversation is not there, or the other one is no member or does not see its number.</exception>
    public Task<Assigned> AssignAsync(ConversationId id, UserId? to, CancellationToken ct = default) =>
        ChangeAsync(id, head => head with { AssigneeId = to }, ct);

    /// <summary>To a team: nobody's in it yet, and given out by the team's own mode.</summary>
    /// <inheritdoc cref="AssignAsync"/>
    public Task<Assigned> TransferAsync(ConversationId id, TeamId? to, CancellationToken ct = default) =>
        ChangeAsync(id, head => head.TeamId == to ? head : head with { TeamId = to, AssigneeId = to is null ? head.AssigneeId : null }, ct);

    /// <summary>As it was before; what became of it meanwhile is overwritten.</summary>
    /// <inheritdoc cref="AssignAsync"/>
    public Task<Assigned> RestoreAsync(ConversationId id, Assigned before, CancellationToken ct = default) =>
        ChangeAsync(id, head => head with { AssigneeId = before.Assignee, TeamId = before.Team }, ct);

    private async Task<Assigned> ChangeAsync(ConversationId id, Func<ConversationHead, ConversationHead> change, CancellationToken ct)
    {
        member.Demand(Permission.ConversationsAssign);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        await AgentSql.LockAsync(connection, tenant, ct);
        var before =
            (await HeadSql.LockAsync(connection, tenant, [id], ct)).GetValueOrDefault(id) is { } head && member.Sees(head.InstanceId)
                ? head
                : throw new RuleException("conversation.not-found");
        var after = change(before);
        var was = new Assigned(before.AssigneeId, before.TeamId);
        if (after == before)
        {
            return was;
        }

        var agents = await AgentSql.ReadAsync(connection, tenant, ct);
        var to = after.AssigneeId is { } user ? Able(agents, user, after) : null;
        var team = after.TeamId is { } teamId ? await TeamAsync(connection, teamId, ct) : null;
        await HeadSql.WriteAsync(connection, [after], ct);
        var counters = new ConversationCounters();
        counters.Moved(before, after);
        await counters.ApplyAsync(connection, tenant, ct);
        if (after.AssigneeId is null && team is { Mode: not AssignmentMode.ByHand } && before.TeamId != after.TeamId)
        {
            await AssignmentQueue.AddAsync(connection, tenant, [after], ct);
        }

        // Who lost it may have room for what waits.
        await AssignmentQueue.WakeAsync(connection, tenant, ct);
        var line = await LineAsync(connection, before, after, to?.Name, team?.Name, now, ct);
        await transaction.CommitAsync(ct);
        hub.Publish([new ConversationChanged(tenant, id), new MessageChanged(tenant, id, line)]);
        work.Raise(WorkKind.Assign);
        return was;
    }

    private static AgentRow Able(List<AgentRow> agents, UserId user, ConversationHead head)
    {
        var agent = agents.Find(a => a.Id == user) ?? throw new RuleException("assignment.no-member");
        return agent.Sees(head.InstanceId) ? agent : throw new RuleException("assignment.does-not-see");
    }

    private async Task<(string Name, AssignmentMode Mode)?> TeamAsync(NpgsqlConnection connection, TeamId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT name, mode FROM teams WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetString(0), Enum.Parse<AssignmentMode>(reader.GetString(1)))
            : throw new RuleException("team.gone");
    }

    private Task<MessageId> LineAsync(
        NpgsqlConnection connection,
        ConversationHead before,
        ConversationHead after,
        string? to,
        string? team,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var me = member.DisplayName;
        var (key, values) = (to, team) switch
        {
            _ when before.TeamId != after.TeamId && team is null => ("line.team-none", new[] { me }),
            (null, { } name) when before.TeamId != after.TeamId => ("line.team", [me, name]),
            ({ } agent, { } name) when before.TeamId != after.TeamId => ("line.team-agent", [me, name, agent]),
            (null, _) => ("line.unassigned", [me]),
            _ when after.AssigneeId == member.UserId => ("line.took", [me]),
            ({ } agent, _) => ("line.assigned", [me, agent]),
        };
        return ActivityLines.AddAsync(connection, after, key, values, member.UserId, now, ct);
    }
}
