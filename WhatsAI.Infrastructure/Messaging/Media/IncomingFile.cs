using WhatsAI.Core.Messaging.Media;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>A file on its way into the store: written aside, looked at, then kept or, with the end of this object, thrown away.</summary>
internal sealed class IncomingFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly IMediaStore _store;
    private readonly long _limit;

    public IncomingFile(IMediaStore store, string directory, long limit)
    {
        (_store, _limit) = (store, limit);
        var path = Path.Combine(Directory.CreateDirectory(directory).FullName, Guid.NewGuid().ToString("N"));
        _file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            64 * 1024,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose
        );
        if (!OperatingSystem.IsWindows())
        {
            // Without a name already while it is written: a crash leaves nothing behind.
            File.Delete(path);
        }

        Sink = new LimitedSink(_file, limit);
    }

    /// <summary>Where the bytes are written to; throws <see cref="MediaTooLargeException"/> past the limit.</summary>
    public LimitedSink Sink { get; }

    public long Size => _file.Length;

    public async Task<SniffedFile> LookAsync(CancellationToken cancellation)
    {
        _file.Position = 0;
        var head = new byte[(int)Math.Min(MediaType.HeadLength, _file.Length)];
        await _file.ReadExactlyAsync(head, cancellation);
        return SniffedFile.Of(head);
    }

    public async Task<StoredMedia> KeepAsync(CancellationToken cancellation)
    {
        _file.Position = 0;
        return await _store.SaveAsync(_file, _limit, cancellation);
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
