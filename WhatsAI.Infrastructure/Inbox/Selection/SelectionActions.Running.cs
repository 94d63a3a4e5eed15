using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Selection;

/// <summary>How a selection is gone through.</summary>
public sealed partial class SelectionActions
{
    // So many heads are locked at once, and the company's choice of agents waits for no more.
    private const int Chunk = 50;

    private async Task<SelectionResult> RunAsync(
        IReadOnlyCollection<ConversationId> ids,
        Func<SelectionRun, CancellationToken, Task> change,
        CancellationToken ct,
        bool gives = false
    )
    {
        var asked = ids.Distinct().OrderBy(i => i.Value).ToArray();
        if (asked.Length > Most)
        {
            throw new RuleException("selection.too-many", Most);
        }

        var result = new SelectionResult(0, 0, 0, 0, Undo: null);
        var changes = new List<HandlingChange>();
        var clock = await clocks.OfAsync(member.TenantId, ct);
        foreach (var some in asked.Chunk(Chunk))
        {
            await using var transaction = await database.BeginAsync(member.TenantId, ct);
            if (gives)
            {
                // Before the heads, as everybody does who gives conversations to agents.
                await AgentSql.LockAsync(transaction.Connection, member.TenantId, ct);
            }

            var heads = await HeadSql.LockAsync(transaction.Connection, member.TenantId, some, ct);
            var run = new SelectionRun(
                transaction.Connection,
                [.. heads.Values.Where(h => member.Sees(h.InstanceId))],
                new HeadChanges(transaction.Connection, member, clock, time.GetUtcNow())
            );
            await change(run, ct);
            var events = await (run.Back ? run.Changes.SaveBackAsync(steps, run.Due, ct) : run.Changes.SaveAsync(steps, run.Due, ct));
            await run.Last(ct);
            if (run.Wakes)
            {
                await AssignmentQueue.AddAsync(run.Connection, member.TenantId, run.Queued, ct);
                await AssignmentQueue.WakeAsync(run.Connection, member.TenantId, ct);
                run.Due.Add(WorkKind.Assign);
            }

            await transaction.CommitAsync(ct);
            hub.Publish([.. events, .. run.Told]);
            foreach (var kind in run.Due)
            {
                work.Raise(kind);
            }

            changes.AddRange(
                run.Changes.Heads.Select(h => new HandlingChange(h.After.ConversationId, Handling.Of(h.Before), Handling.Of(h.After)))
            );
            result = run.CountedInto(result, some);
        }

        return result with
        {
            Undo = changes.Count == 0 ? null : new SelectionUndo(changes, Label: null, PutOn: false),
        };
    }

    private Task<SelectionResult> GiveAsync(
        IReadOnlyCollection<ConversationId> ids,
        Func<ConversationHead, ConversationHead> give,
        TransferNote? note,
        CancellationToken ct
    )
    {
        member.Demand(Permission.ConversationsAssign);
        if (note is not null)
        {
            member.Demand(Permission.ConversationsReply);
        }

        return RunAsync(
            ids,
            async (run, token) =>
            {
                // What is whose it shall be changes nothing, but its note is written.
                var moves = run.Heads.Select(h => (Before: h, After: give(h))).Where(m => m.Before != m.After || note is not null).ToList();
                await GiveAsync(run, moves, note, skips: false, token);
            },
            ct,
            gives: true
        );
    }

    /// <param name="run">Under the tenant's lock.</param>
    /// <param name="moves">Conversations as they are and as they are to be.</param>
    /// <param name="note">What their next reader should know; null: nothing.</param>
    /// <param name="skips">Leaves alone what can be given to nobody any more, instead of refusing it.</param>
    /// <param name="ct">Ends it.</param>
    private async Task GiveAsync(
        SelectionRun run,
        IReadOnlyList<(ConversationHead Before, ConversationHead After)> moves,
        TransferNote? note,
        bool skips,
        CancellationToken ct
    )
    {
        if (moves.Count == 0)
        {
            return;
        }

        var agents = await AgentSql.ReadAsync(run.Connection, member.TenantId, ct);
        var teams = new Dictionary<TeamId, (string Name, AssignmentMode Mode)>();
        var given = new List<Given>();
        foreach (var (before, after) in moves)
        {
            try
            {
                var to = after.AssigneeId is { } user ? AssignmentTargets.Able(agents, user, after) : null;
                (string Name, AssignmentMode Mode)? team = after.TeamId is { } id ? await TeamAsync(id) : null;
                given.Add(new Given(before, after));
                if (before != after)
                {
                    run.Changes.Add(before, after);
                }

                if ((before.AssigneeId, before.TeamId) != (after.AssigneeId, after.TeamId))
                {
                    var (key, values) = AssignmentTargets.LineOf(before, after, member.UserId, to?.Name, team?.Name);
                    run.Changes.Say(after, key, values);
                }

                if (after.AssigneeId is null && team is { Mode: not AssignmentMode.ByHand } && before.TeamId != after.TeamId)
                {
                    run.Queued.Add(after);
                }
            }
            catch (RuleException refused) when (skips || refused.Key == "assignment.does-not-see")
            {
                if (!skips)
                {
                    run.Refused.Add(before.ConversationId);
                }
            }
        }

        var now = time.GetUtcNow();
        var written = note is null ? given : await SelectionNotes.WriteAsync(run, member, given, note, agents, now, ct);
        run.Told.AddRange(await AssignmentNotices.WriteAsync(run.Connection, member, written, tells: !run.Back, now, ct));
        // Who lost them may have room for what waits.
        run.Wakes = true;

        async Task<(string Name, AssignmentMode Mode)> TeamAsync(TeamId id)
        {
            if (!teams.TryGetValue(id, out var team))
            {
                teams.Add(id, team = await AssignmentTargets.TeamAsync(run.Connection, member.TenantId, id, ct));
            }

            return team;
        }
    }

    private Task<SelectionResult> TakeBackAsync(Dictionary<ConversationId, HandlingChange> changes, CancellationToken ct)
    {
        foreach (var asks in changes.Values.SelectMany(Asks).Distinct())
        {
            member.Demand(asks);
        }

        return RunAsync(
            changes.Keys,
            async (run, token) =>
            {
                run.Back = true;
                var moved = run
                    .Heads.Select(h => (Before: h, After: changes[h.ConversationId].After.TakeBack(h, changes[h.ConversationId].Before)))
                    .Where(m => m.Before != m.After)
                    .ToList();
                var given = moved.FindAll(m => (m.Before.AssigneeId, m.Before.TeamId) != (m.After.AssigneeId, m.After.TeamId));
                await GiveAsync(run, given, note: null, skips: true, token);
                foreach (var (before, after) in moved.Except(given))
                {
                    run.Changes.Add(before, after);
                    run.Changes.Say(after, after.Status == before.Status ? PriorityLine(after.Priority) : "line.undone");
                    // While it was resolved the queue may have forgotten it.
                    if (
                        after is { Status: ConversationStatus.Open, AssigneeId: null, Kind: ConversationKind.Person }
                        && after.Status != before.Status
                    )
                    {
                        run.Queued.Add(after);
                        run.Wakes = true;
                    }
                }
            },
            ct,
            gives: changes.Values.Any(c => Asks(c).Contains(Permission.ConversationsAssign))
        );
    }

    private static IEnumerable<Permission> Asks(HandlingChange change)
    {
        var (before, after) = (change.Before, change.After);
        if (before.Status != after.Status)
        {
            yield return Permission.ConversationsResolve;
        }

        if (before.Priority != after.Priority)
        {
            yield return Permission.ConversationsLabel;
        }

        if ((before.AssigneeId, before.TeamId) != (after.AssigneeId, after.TeamId))
        {
            yield return Permission.ConversationsAssign;
        }
    }
}
