using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Media;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>Files on their way into a scheduled message, and out of one that is taken back.</summary>
internal static class ScheduledFiles
{
    public static ScheduledFile ToScheduled(this Upload file) => new(file.Id, file.ToBody(words: null));

    public static Upload? Of(MediaId? id, MessageBody? body) =>
        id is { } media && body?.File is { } file ? new Upload(media, body.Kind, file) : null;
}
