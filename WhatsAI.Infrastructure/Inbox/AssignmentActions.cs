using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>Whose a conversation is: a member's, a team's, both or nobody's.</summary>
public sealed record Assigned(UserId? Assignee, TeamId? Team);

/// <summary>Gives conversations to members and teams by hand. Who is given one must be a member who may enter and sees its number.</summary>
public sealed class AssignmentActions(
    NpgsqlDataSource database,
    CurrentMember member,
    IHeadClocks clocks,
    EventHub hub,
    WorkSignal work,
    TimeProvider time
)
{
    /// <summary>To a member, or back to nobody; the team stays. Who is given it by another is told. Returns whose it was, for an undo.</summary>
    /// <param name="id">Which.</param>
    /// <param name="to">Null: nobody.</param>
    /// <param name="note">What its next reader should know; null: nothing.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, the conversation is not there, or the other one is no member or does not see its number.</exception>
    public Task<Assigned> AssignAsync(ConversationId id, UserId? to, TransferNote? note, CancellationToken ct = default) =>
        ChangeAsync(id, head => head with { AssigneeId = to }, note, tells: true, ct);

    /// <summary>To a team: nobody's in it yet, and given out by the team's own mode.</summary>
    /// <inheritdoc cref="AssignAsync(ConversationId, UserId?, TransferNote?, CancellationToken)"/>
    public Task<Assigned> TransferAsync(ConversationId id, TeamId? to, TransferNote? note, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            head => head.TeamId == to ? head : head with { TeamId = to, AssigneeId = to is null ? head.AssigneeId : null },
            note,
            tells: true,
            ct
        );

    /// <summary>Without a note.</summary>
    /// <inheritdoc cref="AssignAsync(ConversationId, UserId?, TransferNote?, CancellationToken)"/>
    public Task<Assigned> AssignAsync(ConversationId id, UserId? to, CancellationToken ct = default) => AssignAsync(id, to, note: null, ct);

    /// <inheritdoc cref="AssignAsync(ConversationId, UserId?, CancellationToken)"/>
    public Task<Assigned> TransferAsync(ConversationId id, TeamId? to, CancellationToken ct = default) =>
        TransferAsync(id, to, note: null, ct);

    /// <summary>As it was before; what became of it meanwhile is overwritten. Who gets it back is told nothing: to him nothing happened.</summary>
    /// <exception cref="RuleException">As for giving it.</exception>
    public Task<Assigned> RestoreAsync(ConversationId id, Assigned before, CancellationToken ct = default) =>
        ChangeAsync(id, head => head with { AssigneeId = before.Assignee, TeamId = before.Team }, note: null, tells: false, ct);

    private async Task<Assigned> ChangeAsync(
        ConversationId id,
        Func<ConversationHead, ConversationHead> change,
        TransferNote? note,
        bool tells,
        CancellationToken ct
    )
    {
        member.Demand(Permission.ConversationsAssign);
        if (note is not null)
        {
            member.Demand(Permission.ConversationsReply);
        }

        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        var clock = await clocks.OfAsync(tenant, ct);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        await AgentSql.LockAsync(connection, tenant, ct);
        var before =
            (await HeadSql.LockAsync(connection, tenant, [id], ct)).GetValueOrDefault(id) is { } head && member.Sees(head.InstanceId)
                ? head
                : throw new RuleException("conversation.not-found");
        var given = change(before);
        var was = new Assigned(before.AssigneeId, before.TeamId);
        if (given == before && note is null)
        {
            return was;
        }

        var after = given == before ? before : clock.Move(before, given, now);

        var agents = await AgentSql.ReadAsync(connection, tenant, ct);
        var to = after.AssigneeId is { } user ? AssignmentTargets.Able(agents, user, after) : null;
        (string Name, AssignmentMode Mode)? team = after.TeamId is { } teamId
            ? await AssignmentTargets.TeamAsync(connection, tenant, teamId, ct)
            : null;
        await HeadSql.WriteAsync(connection, [after], ct);
        await Episodes.GivenAsync(connection, before.TeamId == after.TeamId ? [] : [after], ct);
        var counters = new ConversationCounters();
        counters.Moved(before, after);
        await counters.ApplyAsync(connection, tenant, ct);
        if (after.AssigneeId is null && team is { Mode: not AssignmentMode.ByHand } && before.TeamId != after.TeamId)
        {
            await AssignmentQueue.AddAsync(connection, tenant, [after], ct);
        }

        // Who lost it may have room for what waits.
        await AssignmentQueue.WakeAsync(connection, tenant, ct);
        var events = new List<ConsoleEvent> { new ConversationChanged(tenant, id) };
        MessageId? line = null;
        if (after != before)
        {
            var (key, values) = AssignmentTargets.LineOf(before, after, member.UserId, to?.Name, team?.Name);
            line = await ActivityLines.AddAsync(connection, after, key, [member.DisplayName, .. values], member.UserId, now, ct);
        }

        events.AddRange(await new Handover(connection, member, before, after, now).WriteAsync(note, agents, line, tells, ct));
        await transaction.CommitAsync(ct);
        hub.Publish(events);
        work.Raise(WorkKind.Assign);
        return was;
    }
}
