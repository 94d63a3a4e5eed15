using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <param name="Hash">Its name in the store, and what never changes for an id.</param>
public sealed record MediaView(string Hash, string ContentType, string? FileName, DateTimeOffset StoredAt);

public sealed class MediaQueries(IDbContextFactory<ConsoleDb> dbs)
{
    /// <summary>Null for what does not exist and for another tenant's.</summary>
    public async Task<MediaView?> FindAsync(MediaId id, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db
            .MediaFiles.Where(f => f.Id == id)
            .Select(f => new MediaView(f.Hash, f.ContentType, f.FileName, f.StoredAt))
            .SingleOrDefaultAsync(ct);
    }
}
