using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>Sends again what a member says should go out again: what surely did not, or what nobody knows about.</summary>
public sealed class RepeatActions(NpgsqlDataSource database, CurrentMember member, Outbox outbox, EventHub hub, WorkSignal work)
{
    /// <summary>
    /// Queues a message anew that surely did not go out. One that WhatsApp took and then refused keeps its trace: the same words go out as a new message.
    /// </summary>
    /// <exception cref="RuleException">It did not fail, or is not there.</exception>
    public async Task RetryAsync(MessageId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var row = await FindAsync(id, ct);
        if (row is not { IsOurs: true, Delivery: DeliveryState.Failed })
        {
            throw new RuleException("message.not-failed");
        }

        if (row.HasProviderId)
        {
            await RepeatAsync(row, ct);
            return;
        }

        await using (var transaction = await database.BeginAsync(member.TenantId, ct))
        {
            // The number's queue first, as the dispatcher takes them.
            if (!await WorkList.DueAsync(transaction.Connection, WorkKind.Outbound, row.InstanceId, ct))
            {
                throw new RuleException("conversation.number-deleted");
            }

            await using var command = transaction.Connection.Sql(
                """
                UPDATE messages SET delivery = 'Queued', reason = NULL, due_at = NULL, queued_at = now(), attempted_at = NULL, attempts = 0, lane = 0
                WHERE tenant_id = $1 AND id = $2 AND delivery = 'Failed' AND provider_id IS NULL
                """,
                member.TenantId.Value,
                id.Value
            );
            if (await command.ExecuteNonQueryAsync(ct) == 0)
            {
                return;
            }

            await using var head = transaction.Connection.Sql(
                "UPDATE conversation_heads SET last_delivery = 'Queued' WHERE tenant_id = $1 AND conversation_id = $2 AND last_message_id = $3",
                member.TenantId.Value,
                row.ConversationId.Value,
                id.Value
            );
            await head.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }

        hub.Publish([
            new MessageChanged(member.TenantId, row.ConversationId, id),
            new ConversationChanged(member.TenantId, row.ConversationId),
        ]);
        work.Raise(WorkKind.Outbound);
    }

    /// <summary>
    /// Sends the words of a message in doubt again, as a new message; the person was warned that the customer may get both. However often it is asked for,
    /// a message in doubt is repeated once.
    /// </summary>
    /// <exception cref="RuleException">The member may not, or it is not in doubt.</exception>
    public async Task ResendAsync(MessageId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsResendUnconfirmed);
        var row = await FindAsync(id, ct);
        if (row is not { IsOurs: true, Delivery: DeliveryState.Unconfirmed })
        {
            throw new RuleException("message.not-unconfirmed");
        }

        await RepeatAsync(row, ct);
    }

    /// <summary>The key of a message's repetition: made of its own id, so that two agents who both say "again" send it once.</summary>
    internal static Guid RepeatKey(MessageId id)
    {
        var key = id.Value.ToByteArray();
        key[0] ^= 0xA5;
        return new Guid(key);
    }

    private async Task<MessageId> RepeatAsync(MessageRow row, CancellationToken ct)
    {
        var message = new OutgoingMessage(
            row.ConversationId,
            row.Body,
            MessageOrigin.Agent,
            Lane.Reply,
            member.UserId,
            RepeatKey(row.Id),
            await QuotedAsync(row.Id, ct),
            row.Media?.Id
        );
        return await outbox.QueueAsync(member.TenantId, message, ct);
    }

    private async Task<string?> QuotedAsync(MessageId id, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT reply_to_provider_id FROM messages WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private async Task<MessageRow?> FindAsync(MessageId id, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await MessageSql.RowsAsync(MessageSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [id]), ct) is [var row]
            ? row
            : null;
    }
}
