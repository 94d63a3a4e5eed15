namespace WhatsAI.Infrastructure.Messaging;

/// <param name="Hash">SHA-256 of the bytes, 64 lower-case hex digits: the file's name in the store.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredMedia(string Hash, long Size);

/// <summary>The content is larger than the caller allows; nothing of it was kept.</summary>
public sealed class MediaTooLargeException(long limit) : Exception($"More than {limit} bytes.");

/// <summary>Keeps media by content, so that the same file sent a thousand times is stored once. Knows no tenant: who may read what is <c>media_files</c>.</summary>
public interface IMediaStore
{
    /// <summary>Reads the stream to its end and returns when the bytes are durable.</summary>
    /// <exception cref="MediaTooLargeException">There are more than <paramref name="limit"/> bytes.</exception>
    Task<StoredMedia> SaveAsync(Stream content, long limit, CancellationToken cancellation = default);

    /// <summary>The bytes, seekable; null when the store does not have them.</summary>
    Stream? OpenRead(string hash);
}
