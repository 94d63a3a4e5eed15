using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// Gives waiting conversations to agents. A tenant's choices are made one after the other, under one lock, by whichever copy holds it: nothing is given to
/// two, and nobody is given more than he can hold. What nobody can take waits; it is looked at again when somebody comes or has room, and each half minute.
/// </summary>
public sealed class AssignmentWorker(
    NpgsqlDataSource database,
    EventHub hub,
    TimeProvider time,
    WorkTools tools,
    ILogger<AssignmentWorker> log
) : WorkLoop(WorkKind.Assign, slots: 2, tools, log)
{
    private const int Batch = 1_000;
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);

    protected override async Task WorkAsync(HeldClaim held)
    {
        var (tenant, ct) = (held.Claim.Tenant, held.Lost);
        var left = await GiveAsync(tenant, ct);
        await database.GiveBackAsync(held.Claim, c => AssignmentQueue.NextAsync(c, tenant, left, _again, ct), ct);
    }

    /// <summary>Gives out what waits in the tenant; returns what nobody can take now.</summary>
    internal async Task<IReadOnlyCollection<ConversationId>> GiveAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        await AgentSql.LockAsync(connection, tenant, ct);
        var waiting = await AssignmentQueue.ReadAsync(connection, tenant, Batch, ct);
        if (waiting.Count == 0)
        {
            return [];
        }

        var agents = await AgentSql.ReadAsync(connection, tenant, ct);
        var chosen = Choose(waiting, agents, time.GetUtcNow());
        // Those that somebody took or resolved since they were queued wait for nobody.
        var done = waiting.Where(w => !w.Waits).Select(w => w.Id).ToHashSet();
        var events = await WriteAsync(connection, tenant, chosen, agents, ct);
        done.UnionWith(chosen.Keys);
        await AssignmentQueue.RemoveAsync(connection, tenant, done, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(events);
        return [.. waiting.Select(w => w.Id).Where(id => !done.Contains(id))];
    }

    /// <summary>One after the other, the longest waiting first; what each agent holds is counted on in <paramref name="agents"/>.</summary>
    private static Dictionary<ConversationId, UserId> Choose(
        List<AssignmentQueue.Waiting> waiting,
        List<AgentRow> agents,
        DateTimeOffset now
    )
    {
        var chosen = new Dictionary<ConversationId, UserId>();
        foreach (var one in waiting.Where(w => w.Waits))
        {
            var able = agents.Where(a => a.Sees(one.Number) && (one.Team is not { } team || a.Teams.Contains(team)));
            if (AssignmentPolicy.Choose(one.Mode, able.Select(a => a.Agent), one.Before) is { } user)
            {
                var at = agents.FindIndex(a => a.Id == user);
                var agent = agents[at].Agent;
                // Even within this moment one comes after the other: whose turn it is next shows in the time.
                var given = agent with
                {
                    Open = agent.Open + 1,
                    LastGivenAt = now.AddMicroseconds(chosen.Count),
                };
                agents[at] = agents[at] with { Agent = given };
                chosen.Add(one.Id, user);
            }
        }

        return chosen;
    }

    private async Task<List<ConsoleEvent>> WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Dictionary<ConversationId, UserId> chosen,
        List<AgentRow> agents,
        CancellationToken ct
    )
    {
        var (events, written, counters) = (new List<ConsoleEvent>(), new List<ConversationHead>(), new ConversationCounters());
        var (now, told) = (time.GetUtcNow(), new List<Notice>());
        // What moved between the choice and the lock is left as it moved.
        var heads = await HeadSql.LockAsync(connection, tenant, chosen.Keys, ct);
        foreach (var head in heads.Values.Where(h => h is { AssigneeId: null, Status: ConversationStatus.Open }))
        {
            var agent = agents.Find(a => a.Id == chosen[head.ConversationId])!;
            var after = head with { AssigneeId = agent.Id };
            counters.Moved(head, after);
            written.Add(after);
            var line = await ActivityLines.AddAsync(connection, after, "line.given", [agent.Name], author: null, now, ct);
            told.Add(
                new Notice
                {
                    Id = Id.New<NoticeId>(now, told.Count),
                    TenantId = tenant,
                    UserId = agent.Id,
                    Kind = NoticeKind.Assigned,
                    ConversationId = head.ConversationId,
                    MessageId = line,
                    At = now,
                }
            );
            events.AddRange([new ConversationChanged(tenant, head.ConversationId), new MessageChanged(tenant, head.ConversationId, line)]);
        }

        await HeadSql.WriteAsync(connection, written, ct);
        await counters.ApplyAsync(connection, tenant, ct);
        events.AddRange(await NoticeSql.AddAsync(connection, told, ct));
        await NoteAsync(connection, tenant, agents.Where(a => chosen.ContainsValue(a.Id)), ct);
        return events;
    }

    private static async Task NoteAsync(NpgsqlConnection connection, TenantId tenant, IEnumerable<AgentRow> agents, CancellationToken ct)
    {
        foreach (var agent in agents.OrderBy(a => a.Id.Value))
        {
            await using var command = connection.Sql(
                "UPDATE agents SET last_given_at = $3 WHERE tenant_id = $1 AND user_id = $2",
                tenant.Value,
                agent.Id.Value,
                agent.Agent.LastGivenAt!.Value.ToUniversalTime()
            );
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
