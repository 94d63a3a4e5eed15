using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <param name="KeyIsReadable">False: it was kept under another master key, and must be typed again.</param>
public sealed record AiSettingsView(AiProvider Provider, string Model, bool KeyIsReadable, DateTimeOffset ChangedAt, uint Version);

public sealed class AiSettingsQueries(IDbContextFactory<ConsoleDb> dbs, SecretBox secrets, CurrentMember member)
{
    /// <summary>Null: nobody proposes.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<AiSettingsView?> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.AiSettings.AsNoTracking().SingleOrDefaultAsync(ct) is { } s
            ? new AiSettingsView(
                s.Provider,
                s.Model,
                secrets.TryUnprotect(s.EncryptedKey, AiSettingsActions.KeyPurpose, out _),
                s.ChangedAt,
                s.Version
            )
            : null;
    }

    /// <summary>Who would be asked, for those who write; null: nobody.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<AiProvider?> ProviderAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.AiSettings.Select(s => (AiProvider?)s.Provider).SingleOrDefaultAsync(ct);
    }
}
