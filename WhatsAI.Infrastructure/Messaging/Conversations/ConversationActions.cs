using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>What a member does with a conversation as a whole.</summary>
public sealed class ConversationActions(
    NpgsqlDataSource database,
    CurrentMember member,
    TenantSettingsCache settings,
    EventHub hub,
    WorkSignal work,
    TimeProvider time,
    IEnumerable<IConversationStep> steps
)
{
    /// <summary>Resolves, reopens or sets aside; a line in the thread says who did. Nothing happens when it has that status already.</summary>
    /// <exception cref="RuleException">The member may not, or the conversation is not there.</exception>
    public async Task SetStatusAsync(ConversationId id, ConversationStatus status, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsResolve);
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        await using var transaction = await database.BeginAsync(tenant, ct);
        var before = await LockAsync(transaction.Connection, id, ct);
        if (before.Status == status)
        {
            return;
        }

        var (changes, due) = (new HeadChanges(transaction.Connection, member, now), new HashSet<WorkKind>());
        Move(changes, before, status);
        var events = await changes.SaveAsync(steps, due, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(events);
        foreach (var kind in due)
        {
            work.Raise(kind);
        }
    }

    /// <summary>An agent has had it on the screen: unread for nobody any more, and the customer's blue ticks go out where the company sends them.</summary>
    public async Task MarkReadAsync(ConversationId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var tenant = member.TenantId;
        var sendsReceipts = (await settings.OfAsync(tenant, ct)).SendsReadReceipts;
        await using (var transaction = await database.BeginAsync(tenant, ct))
        {
            var before = await LockAsync(transaction.Connection, id, ct);
            if (before.Unread == 0)
            {
                return;
            }

            var changes = new HeadChanges(transaction.Connection, member, time.GetUtcNow());
            changes.Add(before, before with { Unread = 0 });
            await changes.SaveAsync([], [], ct);
            if (sendsReceipts)
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
        changes.Say(after, KeyOf(before.Status, status));
    }

    private static string KeyOf(ConversationStatus before, ConversationStatus after) =>
        after switch
        {
            ConversationStatus.Resolved => "line.resolved",
            ConversationStatus.Pending => "line.pending",
            ConversationStatus.Snoozed => "line.snoozed",
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
