using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <param name="Kind">What it is sent as: image, video, audio or document.</param>
/// <param name="File">As its bytes describe it; goes into the message's body.</param>
public sealed record Upload(MediaId Id, MessageKind Kind, MediaReference File)
{
    /// <summary>What is sent of it.</summary>
    /// <param name="words">Beside it; a sound carries none.</param>
    public MessageBody ToBody(string? words) =>
        Kind switch
        {
            MessageKind.Image => new ImageBody(File, words),
            MessageKind.Video => new VideoBody(File, words),
            MessageKind.Audio => new AudioBody(File, Voice: false),
            _ => new DocumentBody(File, words),
        };
}

public sealed class MediaActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    MediaIntake intake,
    Limits limits,
    EventHub hub,
    WorkSignal signal,
    TimeProvider time
)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Takes a file that a member wants to send. What the browser says of its type is not asked for.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="fileName">As the browser says.</param>
    /// <param name="ct">Cancels; nothing is kept then.</param>
    /// <exception cref="RuleException">The file may not be sent (<see cref="AttachmentRules"/>), or too many were; nothing of it was kept.</exception>
    public async Task<Upload> UploadAsync(Stream content, string? fileName, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        limits.DemandUpload(member.UserId);
        var limit = Math.Min(AttachmentRules.LargestFile, intake.Limit);
        await using var incoming = intake.Open(limit);
        try
        {
            await content.CopyToAsync(incoming.Sink, ct);
        }
        catch (MediaTooLargeException)
        {
            throw new RuleException("attachment.too-large", limit / Megabyte);
        }

        var look = await incoming.LookAsync(ct);
        var name = FileNames.Safe(fileName);
        var (kind, type) = (AttachmentRules.KindOf(name, look, incoming.Size), AttachmentRules.TypeOf(name, look));
        var stored = await incoming.KeepAsync(ct);
        var now = time.GetUtcNow();
        var file = new MediaFile
        {
            Id = Id.New<MediaId>(now),
            TenantId = member.TenantId,
            Hash = stored.Hash,
            Size = stored.Size,
            ContentType = type,
            FileName = name,
            StoredAt = now,
        };
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.MediaFiles.Add(file);
        await db.SaveChangesAsync(ct);
        return new Upload(file.Id, kind, new MediaReference(type, stored.Size, name, stored.Hash, look.Size?.Width, look.Size?.Height));
    }

    /// <summary>Fetches a file again that could not be fetched; nothing happens while one is being fetched or is here.</summary>
    /// <exception cref="RuleException">There is no such message, or the number that received it was removed.</exception>
    public async Task RetryAsync(MessageId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        var seen = member.Numbers?.ToArray();
        await using var db = await dbs.CreateDbContextAsync(ct);
        var message =
            await db
                .Messages.Select(m => new
                {
                    m.Id,
                    m.ConversationId,
                    m.InstanceId,
                })
                .SingleOrDefaultAsync(m => m.Id == id, ct)
            ?? throw new RuleException("conversation.not-found");
        if (!await db.Conversations.AnyAsync(c => c.Id == message.ConversationId && (seen == null || seen.Contains(c.InstanceId)), ct))
        {
            throw new RuleException("conversation.not-found");
        }

        if (await db.Instances.AnyAsync(i => i.Id == message.InstanceId && i.DeletedAt != null, ct))
        {
            throw new RuleException(MediaFetch.NumberRemoved);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var changed = await db
            .Messages.Where(m => m.Id == id && m.MediaState == MediaState.Failed)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(m => m.MediaState, MediaState.Pending)
                        .SetProperty(m => m.MediaAttempts, (short)0)
                        .SetProperty(m => m.MediaDueAt, (DateTimeOffset?)null)
                        .SetProperty(m => m.Reason, m => m.Reason!.StartsWith("media.") ? null : m.Reason),
                ct
            );
        await WorkList.DueAsync((NpgsqlConnection)db.Database.GetDbConnection(), WorkKind.Media, message.InstanceId, ct);
        await transaction.CommitAsync(ct);
        if (changed > 0)
        {
            signal.Raise(WorkKind.Media);
            hub.Publish(new MessageChanged(member.TenantId, message.ConversationId, id));
        }
    }
}
