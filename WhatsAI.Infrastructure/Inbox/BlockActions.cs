using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// Blocks a person for the number of a conversation: done at WhatsApp first and kept here once the gateway agreed. His conversations through other numbers go on.
/// </summary>
public sealed class BlockActions(NpgsqlDataSource database, CurrentMember member, NumberGateway gateway, EventHub hub, TimeProvider time)
{
    /// <summary>He can no longer write to the number, and nothing goes out to him, nor what waits to.</summary>
    /// <exception cref="RuleException">The member may not, the conversation is no person's or not there, or the gateway refused.</exception>
    public Task BlockAsync(ConversationId id, CancellationToken ct = default) => SetAsync(id, blocked: true, ct);

    /// <inheritdoc cref="BlockAsync"/>
    public Task UnblockAsync(ConversationId id, CancellationToken ct = default) => SetAsync(id, blocked: false, ct);

    private async Task SetAsync(ConversationId id, bool blocked, CancellationToken ct)
    {
        member.Demand(Permission.ContactsBlock);
        var person = await ChatAddress.FindAsync(database, member, id, ct);
        if (person is not { Kind: ConversationKind.Person })
        {
            throw new RuleException("conversation.not-found");
        }

        try
        {
            await gateway.CallAsync(member.TenantId, person.Instance, (g, at) => g.SetBlockedAsync(at, person.Chat, blocked, ct), ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }

        // The gateway has agreed: what is kept here no longer depends on whether the page is still open.
        if (await KeepAsync(id, blocked, CancellationToken.None) is { } line)
        {
            hub.Publish([new ConversationChanged(member.TenantId, id), new MessageChanged(member.TenantId, id, line)]);
        }
    }

    private async Task<MessageId?> KeepAsync(ConversationId id, bool blocked, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var connection = transaction.Connection;
        var head = (await HeadSql.LockAsync(connection, member.TenantId, [id], ct)).GetValueOrDefault(id);
        var now = time.GetUtcNow();
        await using var command = connection.Sql(
            """
            UPDATE conversations SET blocked_at = CASE WHEN $3 THEN $4::timestamptz END, blocked_by = CASE WHEN $3 THEN $5::uuid END
            WHERE tenant_id = $1 AND id = $2 AND (blocked_at IS NOT NULL) <> $3
            """,
            member.TenantId.Value,
            id.Value,
            blocked,
            now.ToUniversalTime(),
            member.UserId.Value
        );
        if (await command.ExecuteNonQueryAsync(ct) == 0 || head is null)
        {
            await transaction.CommitAsync(ct);
            return null;
        }

        var key = blocked ? "line.blocked" : "line.unblocked";
        var line = await ActivityLines.AddAsync(connection, head, key, [member.DisplayName], member.UserId, now, ct);
        if (blocked)
        {
            await CampaignSql.BlockedAsync(connection, member.TenantId, id, ct);
        }

        await transaction.CommitAsync(ct);
        return line;
    }
}
