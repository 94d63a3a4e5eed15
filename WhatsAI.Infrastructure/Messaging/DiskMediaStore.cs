using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace WhatsAI.Infrastructure.Messaging;

public sealed class MediaOptions
{
    public const string Section = "Media";

    /// <summary>Where files are kept; a relative path starts at the content root.</summary>
    [Required]
    public string Directory { get; set; } = "data/media";

    /// <summary>Bytes. A larger file of a customer is not fetched, and said so in its message.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;
}

/// <summary>Media on disk: <c>ab/cd/abcd…</c>, written aside and moved into place, so that a name always stands for whole bytes.</summary>
public sealed partial class DiskMediaStore(IOptions<MediaOptions> options) : IMediaStore
{
    private readonly string _root = Path.GetFullPath(options.Value.Directory);

    public async Task<StoredMedia> SaveAsync(Stream content, long limit, CancellationToken cancellation = default)
    {
        var aside = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "incoming")).FullName, Guid.NewGuid().ToString("N"));
        try
        {
            var stored = await WriteAsync(aside, content, limit, cancellation);
            var place = PathOf(stored.Hash);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(aside, place, overwrite: true);
            return stored;
        }
        finally
        {
            File.Delete(aside);
        }
    }

    public Stream? OpenRead(string hash)
    {
        try
        {
            return IsHash(hash)
                ? new FileStream(
                    PathOf(hash),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.Read | FileShare.Delete,
                    64 * 1024,
                    FileOptions.Asynchronous
                )
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static async Task<StoredMedia> WriteAsync(string path, Stream content, long limit, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            64 * 1024,
            FileOptions.Asynchronous
        );
        var buffer = new byte[64 * 1024];
        long size = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
        {
            size += read;
            if (size > limit)
            {
                throw new MediaTooLargeException(limit);
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        await file.FlushAsync(cancellation);
        file.Flush(flushToDisk: true);
        return new StoredMedia(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private static bool IsHash(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);

    private string PathOf(string hash) => Path.Combine(_root, hash[..2], hash[2..4], hash);
}
