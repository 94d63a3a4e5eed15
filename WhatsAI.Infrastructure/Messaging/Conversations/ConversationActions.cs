using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>How a conversation stood before it was snoozed.</summary>
public sealed record Snoozed(ConversationStatus Status, DateTimeOffset? Until);

/// <summary>What a member does with a conversation as a whole.</summary>
public sealed class ConversationActions(
    NpgsqlDataSource database,
    CurrentMember member,
    TenantSettingsCache settings,
    IHeadClocks clocks,
    EventHub hub,
    WorkSignal work,
    TimeProvider time,
    IEnumerable<IConversationStep> steps
)
{
    /// <summary>Resolves, reopens or sets aside; a line in the thread says who did. Nothing happens when it has that status already.</summary>
    /// <exception cref="RuleException">The member may not, or the conversation is not there.</exception>
    public Task SetStatusAsync(ConversationId id, ConversationStatus status, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            (changes, before) =>
            {
                if (before.Status != status)
                {
                    Move(changes, before, status);
                }
            },
            ct
        );

    /// <summary>Out of the way until a time, or until the customer writes again, which always brings it back. Returns how it was, for an undo.</summary>
    /// <param name="id">Which.</param>
    /// <param name="until">Null: with the customer's next message only.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, the conversation is not there, or the time is over or too far away.</exception>
    public async Task<Snoozed> SnoozeAsync(ConversationId id, DateTimeOffset? until, CancellationToken ct = default)
    {
        if (until is { } at)
        {
            LaterLimit.Check(at, time.GetUtcNow());
        }

        return await ChangeAsync(id, (changes, before) => Snooze(changes, before, until), ct);
    }

    /// <summary>As it was before it was snoozed.</summary>
    /// <inheritdoc cref="SetStatusAsync"/>
    public Task UnsnoozeAsync(ConversationId id, Snoozed before, CancellationToken ct = default) =>
        before.Status == ConversationStatus.Snoozed && (before.Until is null || before.Until > time.GetUtcNow())
            ? SnoozeAsync(id, before.Until, ct)
            : SetStatusAsync(id, before.Status == ConversationStatus.Snoozed ? ConversationStatus.Open : before.Status, ct);

    private async Task<Snoozed> ChangeAsync(ConversationId id, Action<HeadChanges, ConversationHead> change, CancellationToken ct)
    {
        member.Demand(Permission.ConversationsResolve);
        var clock = await clocks.OfAsync(member.TenantId, ct);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var before = await LockAsync(transaction.Connection, id, ct);
        var was = new Snoozed(before.Status, before.SnoozedUntil);
        var (changes, due) = (new HeadChanges(transaction.Connection, member, clock, time.GetUtcNow()), new HashSet<WorkKind>());
        change(changes, before);
        if (changes.Count == 0)
        {
            return was;
        }

        var events = await changes.SaveAsync(steps, due, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(events);
        foreach (var kind in due)
        {
            work.Raise(kind);
        }

        return was;
    }

    /// <summary>An agent has had it on the screen: unread for nobody any more, and the customer's blue ticks go out where the company sends them.</summary>
    public async Task MarkReadAsync(ConversationId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var tenant = member.TenantId;
        var sendsReceipts = (await settings.OfAsync(tenant, ct)).SendsReadReceipts;
        var clock = await clocks.OfAsync(tenant, ct);
        await using (var transaction = await database.BeginAsync(tenant, ct))
        {
            var before = await LockAsync(transaction.Connection, id, ct);
            if (before.Unread == 0 && !before.CameBack)
            {
                return;
            }

            var changes = new HeadChanges(transaction.Connection, member, clock, time.GetUtcNow());
            changes.Add(before, before.Seen());
            await changes.SaveAsync([], [], ct);
            if (sendsReceipts && before.Unread > 0)
            {
                await OweReceiptsAsync(transaction.Connection, [before], ct);
            }

            await transaction.CommitAsync(ct);
        }

        hub.Publish(new ConversationChanged(tenant, id));
        work.Raise(WorkKind.Receipts);
    }

    private async Task<ConversationHead> LockAsync(NpgsqlConnection connection, ConversationId id, CancellationToken ct) =>
        (await HeadSql.LockAsync(connection, member.TenantId, [id], ct)).GetValueOrDefault(id) is { } head && member.Sees(head.InstanceId)
            ? head
            : throw new RuleException("conversation.not-found");

    /// <summary>Into another status, with the line that says so. A resolved conversation waits for nobody.</summary>
    internal static void Move(HeadChanges changes, ConversationHead before, ConversationStatus status)
    {
        var after = before with
        {
            Status = status,
            SnoozedUntil = null,
            WaitingSince = status == ConversationStatus.Resolved ? null : before.WaitingSince,
        };
        changes.Add(before, after);
        changes.Say(after, KeyOf(before.Status, after));
    }

    /// <summary>Out of the way, with the line that says so; nothing where it is so already.</summary>
    internal static void Snooze(HeadChanges changes, ConversationHead before, DateTimeOffset? until)
    {
        var after = before with { Status = ConversationStatus.Snoozed, SnoozedUntil = until?.ToUniversalTime() };
        if (after != before)
        {
            changes.Add(before, after);
            changes.Say(after, KeyOf(before.Status, after), [.. until is { } then ? [LineTime.Write(then)] : Array.Empty<string>()]);
        }
    }

    private static string KeyOf(ConversationStatus before, ConversationHead after) =>
        after.Status switch
        {
            ConversationStatus.Resolved => "line.resolved",
            ConversationStatus.Pending => "line.pending",
            ConversationStatus.Snoozed => after.SnoozedUntil is null ? "line.snoozed" : "line.snoozed-until",
            _ => before == ConversationStatus.Resolved ? "line.reopened" : "line.open",
        };

    /// <summary>Blue ticks for what was unread; the work is due in the numbers' order, so that two who read do not wait for each other.</summary>
    internal static async Task OweReceiptsAsync(NpgsqlConnection connection, IReadOnlyList<ConversationHead> read, CancellationToken ct)
    {
        foreach (var head in read)
        {
            await AddReceiptsAsync(connection, head, ct);
        }

        foreach (var instance in read.Select(h => h.InstanceId).Distinct().OrderBy(i => i.Value))
        {
            await WorkList.DueAsync(connection, WorkKind.Receipts, instance, ct);
        }
    }

    // As many as were unread, from the newest up: those before were told of when they were read.
    private static async Task AddReceiptsAsync(NpgsqlConnection connection, ConversationHead head, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            INSERT INTO read_receipts_due (message_id, tenant_id, instance_id, conversation_id, due_at, attempts)
            SELECT id, tenant_id, instance_id, conversation_id, now(), 0 FROM messages
            WHERE tenant_id = $1 AND conversation_id = $2 AND direction = 'In' AND provider_id IS NOT NULL
            ORDER BY sent_at DESC, id DESC LIMIT $3
            ON CONFLICT DO NOTHING
            """,
            head.TenantId.Value,
            head.ConversationId.Value,
            head.Unread
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
