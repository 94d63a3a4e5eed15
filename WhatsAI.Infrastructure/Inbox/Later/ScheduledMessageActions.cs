using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>Schedules messages into conversations. Whoever may answer a conversation may change what waits in it.</summary>
public sealed class ScheduledMessageActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    ScheduledSender sender,
    Limits limits,
    EventHub hub,
    TimeProvider time
)
{
    /// <param name="conversation">Where it goes out.</param>
    /// <param name="key">Made with the click: the same click arriving twice is one message.</param>
    /// <param name="words">What it says, and when.</param>
    /// <param name="file">What goes out with the words, or without; null: nothing.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, or not so often; it is not acceptable; too many wait there; the conversation or its number is gone.</exception>
    public async Task CreateAsync(
        ConversationId conversation,
        ScheduledMessageId key,
        ScheduledWords words,
        Upload? file,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ConversationsReply);
        limits.DemandSend(member.UserId);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var into =
            await db.Conversations.SingleOrDefaultAsync(c => c.Id == conversation, ct) is { } found && member.Sees(found.InstanceId)
                ? found
                : throw new RuleException("conversation.not-found");
        if (await db.ScheduledMessages.AnyAsync(m => m.Id == key, ct))
        {
            return;
        }

        if (await db.ScheduledMessages.CountAsync(m => m.ConversationId == conversation, ct) >= ScheduledMessage.MostInConversation)
        {
            throw new RuleException("scheduled.too-many", ScheduledMessage.MostInConversation);
        }

        var message = new ScheduledMessage(key, into, member.UserId, words, time.GetUtcNow(), file?.ToScheduled());
        db.ScheduledMessages.Add(message);
        try
        {
            await SaveAsync(db, message, ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same click, arriving at the same time.
            return;
        }

        await transaction.CommitAsync(ct);
        Tell(conversation);
    }

    /// <summary>Words alone.</summary>
    /// <inheritdoc cref="CreateAsync(ConversationId, ScheduledMessageId, ScheduledWords, Upload?, CancellationToken)"/>
    public Task CreateAsync(ConversationId conversation, ScheduledMessageId key, ScheduledWords words, CancellationToken ct = default) =>
        CreateAsync(conversation, key, words, file: null, ct);

    /// <param name="id">Which.</param>
    /// <param name="words">What it is to say, and when.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or it was changed, sent or cancelled meanwhile.</exception>
    public async Task ChangeAsync(ScheduledMessageId id, ScheduledWords words, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var message = await FindAsync(db, id, version, ct);
        message.Rewrite(words, time.GetUtcNow());
        await SaveAsync(db, message, ct);
        await transaction.CommitAsync(ct);
        Tell(message.ConversationId);
    }

    /// <summary>It does not go out; the thread says who decided so.</summary>
    /// <exception cref="RuleException">The member may not, or it was changed, sent or cancelled meanwhile.</exception>
    public async Task CancelAsync(ScheduledMessageId id, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var message = await FindAsync(db, id, version, ct);
        db.ScheduledMessages.Remove(message);
        await SaveAsync(db, message, ct);
        var line = await ScheduledLines.AddAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(),
            member.TenantId,
            WaitingOf(message),
            "line.scheduled-cancelled",
            [member.DisplayName],
            member.UserId,
            time.GetUtcNow(),
            ct
        );
        await transaction.CommitAsync(ct);
        Tell(message.ConversationId, new MessageChanged(member.TenantId, message.ConversationId, line));
    }

    /// <summary>At once instead of at its time, as the member's own answer.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public async Task SendNowAsync(ScheduledMessageId id, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        limits.DemandSend(member.UserId);
        ScheduledMessage message;
        await using (var db = await dbs.CreateDbContextAsync(ct))
        {
            message = await FindAsync(db, id, version, ct);
        }

        if (!await sender.SendNowAsync(member.TenantId, WaitingOf(message), member.UserId, member.DisplayName, time.GetUtcNow(), ct))
        {
            throw new RuleException("scheduled.changed-meanwhile");
        }
    }

    private async Task<ScheduledMessage> FindAsync(ConsoleDb db, ScheduledMessageId id, uint version, CancellationToken ct)
    {
        member.Demand(Permission.ConversationsReply);
        var message = await db.ScheduledMessages.SingleOrDefaultAsync(m => m.Id == id, ct);
        if (message is null || !member.Sees(message.InstanceId))
        {
            throw new RuleException("scheduled.gone");
        }

        return message.Version == version ? message : throw new RuleException("scheduled.changed-meanwhile");
    }

    private static async Task SaveAsync(ConsoleDb db, ScheduledMessage message, CancellationToken ct)
    {
        await db.SaveAsync(changed: () => new RuleException("scheduled.changed-meanwhile"), ct: ct);

        if (
            db.Entry(message).State != EntityState.Detached
            && !await WorkList.DueAtAsync(
                (NpgsqlConnection)db.Database.GetDbConnection(),
                WorkKind.Later,
                message.InstanceId,
                message.DueAt,
                ct
            )
        )
        {
            throw new RuleException("conversation.number-deleted");
        }
    }

    private static Waiting WaitingOf(ScheduledMessage message) =>
        new(message.Id, message.ConversationId, message.InstanceId, message.AuthorId, message.Text, message.DueAt, message.Version)
        {
            Media = message.MediaId,
            File = message.File,
        };

    private void Tell(ConversationId conversation, params ConsoleEvent[] more) =>
        hub.Publish([new ScheduledMessagesChanged(member.TenantId, conversation), .. more]);
}
