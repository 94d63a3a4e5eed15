using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <param name="Address">Null for the operator's, which tenants know by name only.</param>
/// <param name="Numbers">How many numbers are connected through it.</param>
/// <param name="Version">What an edit must name; not the server's own version.</param>
/// <param name="KeyIsLost">The stored key does not open with the present master key: it must be typed again.</param>
public sealed record GatewayServerRow(
    GatewayServerId Id,
    string Name,
    bool IsShared,
    string? Address,
    int Numbers,
    uint Version,
    bool KeyIsLost = false
);

public sealed class GatewayServerQueries(IDbContextFactory<ConsoleDb> dbs, SecretBox secrets, CurrentMember member)
{
    /// <summary>The tenant's own first, then the operator's, by name. A tenant has a handful.</summary>
    public async Task<IReadOnlyList<GatewayServerRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await db
            .GatewayServers.Where(s => s.RemovedAt == null)
            .OrderBy(s => s.SharedName != null)
            .ThenBy(s => s.Name)
            .Select(s => new
            {
                Row = new GatewayServerRow(
                    s.Id,
                    s.Name,
                    s.SharedName != null,
                    s.Address,
                    db.Instances.Count(i => i.GatewayServerId == s.Id && i.DeletedAt == null),
                    s.Version,
                    false
                ),
                s.EncryptedKey,
            })
            .ToListAsync(ct);
        return [.. rows.Select(r => r.Row with { KeyIsLost = !r.Row.IsShared && !Opens(r.EncryptedKey) })];
    }

    private bool Opens(string? key) => key is null || secrets.TryUnprotect(key, GatewayConnections.ServerKeyPurpose, out _);
}
