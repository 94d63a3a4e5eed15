using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>
/// Reacting, editing, deleting and "typing…": done at WhatsApp first and kept here once the gateway agreed. A refusal is told in words. The gateway's
/// own notice of the same change comes later and changes nothing more.
/// </summary>
public sealed class MessageChangeActions(
    NpgsqlDataSource database,
    CurrentMember member,
    NumberGateway gateway,
    EventHub hub,
    TimeProvider time
)
{
    /// <param name="id">The message.</param>
    /// <param name="emoji">Null takes our reaction back.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleException">The member may not, WhatsApp does not know the message, or the gateway refused.</exception>
    public async Task ReactAsync(MessageId id, string? emoji, CancellationToken ct = default)
    {
        if (emoji is { Length: 0 or > 32 })
        {
            throw new RuleException("message.reaction-invalid");
        }

        var target = await FindAsync(id, ct);
        await CallAsync(target, (g, at) => g.ReactAsync(at, target.Key, emoji, ct), ct);
        await ChangeAsync(
            target,
            (c, now) =>
                c.Sql(
                    """
                    INSERT INTO reactions AS r (tenant_id, instance_id, target_provider_id, actor, emoji, at) VALUES ($1, $2, $3, 'me', $4, $5)
                    ON CONFLICT (tenant_id, instance_id, target_provider_id, actor) DO UPDATE SET emoji = excluded.emoji, at = excluded.at
                    """,
                    member.TenantId.Value,
                    target.Instance.Value,
                    target.Key.ProviderId,
                    emoji ?? "",
                    now
                )
        );
    }

    /// <inheritdoc cref="ReactAsync"/>
    public async Task EditAsync(MessageId id, string text, CancellationToken ct = default)
    {
        var clean = MessageLimits.CheckText(text);
        var target = await FindAsync(id, ct);
        if (!target.Row.MayEdit(time.GetUtcNow()))
        {
            throw new RuleException("message.edit-too-late", MessageRow.EditTime.TotalMinutes);
        }

        await CallAsync(target, (g, at) => g.EditAsync(at, target.Key, clean, ct), ct);
        await ChangeAsync(
            target,
            (c, now) =>
                c.Sql(
                    """
                    WITH edited AS (
                        UPDATE messages SET edited_at = $3, text = $4, body = $5 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id, conversation_id
                    )
                    UPDATE conversation_heads h SET last_preview = $6 FROM edited e
                    WHERE h.tenant_id = $1 AND h.conversation_id = e.conversation_id AND h.last_message_id = e.id
                    """,
                    member.TenantId.Value,
                    id.Value,
                    now,
                    clean,
                    new NpgsqlParameter { Value = MessageBodyJson.Write(new TextBody(clean)), NpgsqlDbType = NpgsqlDbType.Jsonb },
                    HeadRules.Preview(clean)
                )
        );
    }

    /// <inheritdoc cref="ReactAsync"/>
    public async Task DeleteAsync(MessageId id, CancellationToken ct = default)
    {
        var target = await FindAsync(id, ct);
        if (!target.Row.MayDelete(time.GetUtcNow()))
        {
            throw new RuleException("message.delete-too-late", MessageRow.DeleteTime.TotalHours);
        }

        await CallAsync(target, (g, at) => g.DeleteForEveryoneAsync(at, target.Key, ct), ct);
        await ChangeAsync(
            target,
            (c, now) =>
                c.Sql(
                    """
                    WITH deleted AS (
                        UPDATE messages SET deleted_at = coalesce(deleted_at, $3), text = '' WHERE tenant_id = $1 AND id = $2 RETURNING id, conversation_id
                    )
                    UPDATE conversation_heads h SET last_preview = '', last_kind = 'Text' FROM deleted d
                    WHERE h.tenant_id = $1 AND h.conversation_id = d.conversation_id AND h.last_message_id = d.id
                    """,
                    member.TenantId.Value,
                    id.Value,
                    now
                )
        );
    }

    /// <summary>Shows the customer that somebody is typing, for up to ten seconds; the call lasts as long. A gateway that cannot is no error.</summary>
    public async Task TypeAsync(ConversationId conversation, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        if (await ChatAddress.FindAsync(database, member, conversation, ct) is not { } to)
        {
            return;
        }

        try
        {
            await gateway.CallAsync(
                member.TenantId,
                to.Instance,
                (g, at) => g.SetTypingAsync(at, to.Chat, TypingState.Composing, TimeSpan.FromSeconds(8), ct),
                ct
            );
        }
        catch (GatewayException)
        {
            // A courtesy: what keeps messages from going out is told by the messages.
        }
    }

    private async Task<Target> FindAsync(MessageId id, CancellationToken ct)
    {
        member.Demand(Permission.ConversationsReply);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        if (
            await MessageSql.RowsAsync(MessageSql.ByIds(scope.Connection, member.TenantId, member.Numbers, [id]), ct)
            is not [{ IsLive: true } row]
        )
        {
            throw new RuleException("message.not-live");
        }

        await using var command = scope.Connection.Sql(
            $"""
            SELECT m.provider_id, {ConversationSql.ChatColumn}, s.jid FROM messages m
            JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
            LEFT JOIN LATERAL (
                SELECT i.jid FROM contact_identities i WHERE i.tenant_id = m.tenant_id AND i.contact_id = m.sender_id ORDER BY i.kind DESC LIMIT 1
            ) s ON c.kind = 'Group' AND m.direction = 'In'
            WHERE m.tenant_id = $1 AND m.id = $2
            """,
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct) || !Jid.TryParse(reader.TextOrNull(1), out var chat))
        {
            throw new RuleException("message.not-live");
        }

        var participant = Jid.TryParse(reader.TextOrNull(2), out var sender) ? sender : null;
        return new Target(row, row.InstanceId, new Gateways.MessageKey(reader.GetString(0), chat, row.IsOurs, participant));
    }

    private async Task CallAsync(Target target, Func<IWhatsAppGateway, GatewayConnection, Task> call, CancellationToken ct)
    {
        try
        {
            await gateway.CallAsync(member.TenantId, target.Instance, call, ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }
    }

    // The gateway has agreed: what is kept here no longer depends on whether the page is still open.
    private async Task ChangeAsync(Target target, Func<NpgsqlConnection, DateTimeOffset, NpgsqlCommand> change)
    {
        await using (var transaction = await database.BeginAsync(member.TenantId, CancellationToken.None))
        {
            await using var command = change(transaction.Connection, time.GetUtcNow().ToUniversalTime());
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        hub.Publish([
            new MessageChanged(member.TenantId, target.Row.ConversationId, target.Row.Id),
            new ConversationChanged(member.TenantId, target.Row.ConversationId),
        ]);
    }

    private sealed record Target(MessageRow Row, InstanceId Instance, Gateways.MessageKey Key);
}
