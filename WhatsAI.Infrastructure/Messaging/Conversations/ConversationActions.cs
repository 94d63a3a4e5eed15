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

        var after = before with
        {
            Status = status,
            SnoozedUntil = null,
            WaitingSince = status == ConversationStatus.Resolved ? null : before.WaitingSince,
        };
        if (status == ConversationStatus.Resolved)
        {
            await Episodes.ResolvedAsync(transaction.Connection, before, member.UserId, now, ct);
        }

        after = await Episodes.OpenIfNeededAsync(transaction.Connection, before, after, now, ct);
        await WriteAsync(transaction.Connection, before, after, ct);
        var line = await ActivityLines.AddAsync(
            transaction.Connection,
            after,
            KeyOf(before.Status, status),
            [member.DisplayName],
            member.UserId,
            now,
            ct
        );
        var move = new ConversationMove(transaction.Connection, before, after, now);
        foreach (var step in steps)
        {
            await step.ApplyAsync(move, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish([new ConversationChanged(tenant, id), new MessageChanged(tenant, id, line)]);
        foreach (var kind in move.Due)
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

            await WriteAsync(transaction.Connection, before, before with { Unread = 0 }, ct);
            if (sendsReceipts)
            {
                await AddReceiptsAsync(transaction.Connection, before, ct);
                await WorkList.DueAsync(transaction.Connection, WorkKind.Receipts, before.InstanceId, ct);
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

    private async Task WriteAsync(NpgsqlConnection connection, ConversationHead before, ConversationHead after, CancellationToken ct)
    {
        await HeadSql.WriteAsync(connection, [after], ct);
        var counters = new ConversationCounters();
        counters.Moved(before, after);
        await counters.ApplyAsync(connection, member.TenantId, ct);
    }

    private static string KeyOf(ConversationStatus before, ConversationStatus after) =>
        after switch
        {
            ConversationStatus.Resolved => "line.resolved",
            ConversationStatus.Pending => "line.pending",
            ConversationStatus.Snoozed => "line.snoozed",
            _ => before == ConversationStatus.Resolved ? "line.reopened" : "line.open",
        };

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
