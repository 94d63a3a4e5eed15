using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>From which number to which, as both are called.</summary>
/// <param name="Why">The middle of the keys that the threads' lines have: "failover", "drill", "drill-over".</param>
internal sealed record TransferWay(TenantId Tenant, InstanceId From, string FromName, InstanceId To, string ToName, string Why);

/// <summary>What a transfer did.</summary>
/// <param name="Pairs">The thread it left, and the one it goes on in.</param>
/// <param name="Replies">Messages that waited to be sent and went along.</param>
/// <param name="Changes">To be published after the commit.</param>
internal sealed record Transferred(
    IReadOnlyList<(ConversationId From, ConversationId To)> Pairs,
    int Replies,
    IReadOnlyList<ConsoleEvent> Changes
);

/// <summary>
/// Goes on with people through another number: their episode, assignee, labels, and what waits to be sent go along, in order. Each pair of number and person has
/// its own thread, as everywhere; both say where the conversation went. What was handed over, or may have been, stays where it is.
/// </summary>
internal sealed class ConversationTransfer(NpgsqlConnection connection, TransferWay way, IHeadClock clock, DateTimeOffset now)
{
    public async Task<Transferred> MoveAsync(IReadOnlyDictionary<ConversationId, ContactId> persons, CancellationToken ct)
    {
        var (tenant, place) = (way.Tenant, new ThreadPlace(connection, way.Tenant, way.To, now));
        var threads = (await Threads.ResolveAsync(place, [.. persons.Values.Distinct()], [], ct)).Persons;
        var pairs = persons.ToDictionary(p => p.Key, p => threads[p.Value]);
        // Conversations, queues, heads: the order that everybody keeps (docs/ledger.md).
        await TransferSql.LockAsync(connection, way, [.. pairs.Keys, .. pairs.Values], ct);
        var heads = await HeadSql.LockAsync(connection, tenant, pairs.Keys.Concat(pairs.Values), ct);
        var agents = (await AgentSql.ReadAsync(connection, tenant, ct)).ToDictionary(a => a.Id);
        var moving = pairs.Where(p => heads.TryGetValue(p.Key, out var head) && head.InstanceId == way.From).ToArray();
        var queued = await TransferSql.MoveQueuedAsync(connection, way, moving, now, ct);
        var (written, counters, lines) = (new List<ConversationHead>(), new ConversationCounters(), new List<ActivityLine>());
        foreach (var (from, to) in moving)
        {
            var (old, there) = (heads[from], heads.GetValueOrDefault(to));
            var goesOn = there is null or { Status: ConversationStatus.Resolved };
            var next = goesOn ? Continued(old, to) : Joined(there!, old);
            next = next with
            {
                AssigneeId = next.AssigneeId is { } a && agents.TryGetValue(a, out var agent) && agent.Sees(way.To) ? a : null,
            };
            next = queued.Newest.TryGetValue(from, out var newest) ? newest.ShownIn(next) : next;
            next = clock.Move(there, next, now);
            var left = clock.Move(old, await LeftAsync(old, queued.Newest.ContainsKey(from), ct), now);
            written.AddRange([next, left]);
            counters.Moved(there, next);
            counters.Moved(old, left);
            lines.Add(new ActivityLine(left, $"line.{way.Why}-to", [way.ToName], null));
            lines.Add(new ActivityLine(next, $"line.{way.Why}-from", [way.FromName], null));
        }

        await HeadSql.WriteAsync(connection, written, ct);
        await TransferSql.MoveRestAsync(connection, way, moving, heads, now, ct);
        await counters.ApplyAsync(connection, tenant, ct);
        var said = await ActivityLines.AddAsync(connection, lines, now, ct);
        return new Transferred(
            [.. moving.Select(m => (m.Key, m.Value))],
            queued.Count,
            [
                .. written.Select(h => new ConversationChanged(tenant, h.ConversationId)),
                .. said.Select(s => new MessageChanged(tenant, s.Conversation, s.Line)),
            ]
        );
    }

    /// <summary>The thread there is new, or its last conversation was done with: this one goes on in it, with its episode.</summary>
    private ConversationHead Continued(ConversationHead old, ConversationId to) =>
        old with
        {
            ConversationId = to,
            InstanceId = way.To,
            Status = old.Status == ConversationStatus.Resolved ? ConversationStatus.Open : old.Status,
            LastMessageId = null,
            LastAt = now,
            LastDelivery = null,
        };

    /// <summary>They talk there already: both are one conversation from now on.</summary>
    private static ConversationHead Joined(ConversationHead there, ConversationHead old) =>
        there with
        {
            Status = ConversationStatus.Open,
            AssigneeId = there.AssigneeId ?? old.AssigneeId,
            TeamId = there.TeamId ?? old.TeamId,
            Priority = there.Priority > old.Priority ? there.Priority : old.Priority,
            SnoozedUntil = null,
            Unread = there.Unread + old.Unread,
            WaitingSince = there.WaitingSince is { } a && (old.WaitingSince is not { } b || a < b) ? a : old.WaitingSince,
        };

    private async Task<ConversationHead> LeftAsync(ConversationHead old, bool lostItsLast, CancellationToken ct)
    {
        var left = old with
        {
            Status = ConversationStatus.Resolved,
            EpisodeId = null,
            Unread = 0,
            WaitingSince = null,
            SnoozedUntil = null,
            Sla = null,
        };
        return lostItsLast && await TransferSql.NewestAsync(connection, way.Tenant, old.ConversationId, ct) is { } newest
            ? newest.ShownIn(left)
            : left;
    }
}
