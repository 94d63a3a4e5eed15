using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>What a member sends into a conversation. The key comes from the browser with the click: the same click arriving twice is one message.</summary>
public sealed class ReplyActions(
    NpgsqlDataSource database,
    CurrentMember member,
    Outbox outbox,
    Limits limits,
    TenantSettingsCache settings
)
{
    /// <exception cref="RuleException">The member may not, or not so often, the text is empty or too long, or the number is gone.</exception>
    public async Task<MessageId> SendTextAsync(
        ConversationId conversation,
        Guid key,
        string text,
        MessageId? replyTo = null,
        CancellationToken ct = default
    )
    {
        var answer = await AnswerTextAsync(conversation, key, text, replyTo, null, ct);
        return ((QueueAnswer.Queued)answer).Id;
    }

    /// <summary>The same, unless it meets a colleague's answer.</summary>
    /// <param name="guard">Null: whatever colleagues do.</param>
    /// <inheritdoc cref="SendTextAsync"/>
    public async Task<QueueAnswer> AnswerTextAsync(
        ConversationId conversation,
        Guid key,
        string text,
        MessageId? replyTo,
        AnswerGuard? guard,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsReply);
        return await SendAsync(conversation, key, new TextBody(MessageLimits.CheckText(text)), null, replyTo, guard, ct);
    }

    /// <param name="file">As it was taken in; belongs to the tenant, which the database checks.</param>
    /// <inheritdoc cref="SendTextAsync"/>
    public async Task<MessageId> SendFileAsync(
        ConversationId conversation,
        Guid key,
        Upload file,
        string? caption = null,
        MessageId? replyTo = null,
        CancellationToken ct = default
    )
    {
        var answer = await AnswerFileAsync(conversation, key, file, caption, replyTo, null, ct);
        return ((QueueAnswer.Queued)answer).Id;
    }

    /// <summary>The same, unless it meets a colleague's answer.</summary>
    /// <param name="guard">Null: whatever colleagues do.</param>
    /// <inheritdoc cref="SendFileAsync"/>
    public async Task<QueueAnswer> AnswerFileAsync(
        ConversationId conversation,
        Guid key,
        Upload file,
        string? caption,
        MessageId? replyTo,
        AnswerGuard? guard,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsReply);
        var body = file.ToBody(MessageLimits.CheckCaption(caption));
        return await SendAsync(conversation, key, body, file.Id, replyTo, guard, ct);
    }

    /// <summary>A file that was recorded in the browser, as a voice message.</summary>
    /// <param name="note">How long it is, and how loud.</param>
    /// <inheritdoc cref="AnswerFileAsync"/>
    public async Task<QueueAnswer> AnswerVoiceAsync(
        ConversationId conversation,
        Guid key,
        Upload file,
        VoiceNote note,
        MessageId? replyTo,
        AnswerGuard? guard,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsReply);
        VoiceNote.Demand(file.Kind, file.File.MimeType);
        var body = new AudioBody(file.File, Voice: true, note.Seconds, note.Waveform);
        return await SendAsync(conversation, key, body, file.Id, replyTo, guard, ct);
    }

    /// <summary>Whether a message with this key of the browser's was taken. What is asked for again with a key that was is not sent again.</summary>
    public async Task<bool> TookAsync(Guid key, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT EXISTS (SELECT 1 FROM messages WHERE tenant_id = $1 AND client_key = $2)",
            member.TenantId.Value,
            key
        );
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<QueueAnswer> SendAsync(
        ConversationId conversation,
        Guid key,
        MessageBody body,
        MediaId? media,
        MessageId? replyTo,
        AnswerGuard? guard,
        CancellationToken ct
    )
    {
        limits.DemandSend(member.UserId);
        await DemandSeenAsync(conversation, ct);
        var quoted = replyTo is { } id ? await ProviderIdAsync(conversation, id, ct) : null;
        var message = new OutgoingMessage(conversation, body, MessageOrigin.Agent, Lane.Reply, member.UserId, key, quoted, media);
        return await outbox.QueueAsync(
            member.TenantId,
            message with
            {
                TakenBy = (await settings.OfAsync(member.TenantId, ct)).AnswerTakes ? member.DisplayName : null,
            },
            guard,
            ct
        );
    }

    // A conversation does not change its number while somebody writes, so the answer may be a moment old.
    private async Task DemandSeenAsync(ConversationId conversation, CancellationToken ct)
    {
        if (member.Numbers is null)
        {
            return;
        }

        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT instance_id FROM conversations WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            conversation.Value
        );
        if (await command.ExecuteScalarAsync(ct) is not Guid number || !member.Sees(new InstanceId(number)))
        {
            throw new RuleException("conversation.not-found");
        }
    }

    private async Task<string?> ProviderIdAsync(ConversationId conversation, MessageId id, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            "SELECT provider_id FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3",
            member.TenantId.Value,
            conversation.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) as string;
    }
}
