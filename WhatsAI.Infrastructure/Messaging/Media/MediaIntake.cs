using Microsoft.Extensions.Options;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>The one way into the media store: every file is looked at before it is kept.</summary>
public sealed class MediaIntake(IMediaStore store, IOptions<MediaOptions> options)
{
    /// <summary>Bytes.</summary>
    public long Limit => options.Value.MaxBytes;

    internal IncomingFile Open(long limit) => new(store, Path.Combine(Path.GetFullPath(options.Value.Directory), "incoming"), limit);
}
