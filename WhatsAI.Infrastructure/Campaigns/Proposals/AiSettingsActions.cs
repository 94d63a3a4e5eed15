using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <param name="Key">Null or empty: the stored one stays.</param>
/// <param name="Version">As it was when the form was opened; 0: there was none.</param>
public sealed record AiSettingsForm(AiProvider Provider, string Model, string? Key, uint Version);

/// <summary>Says who proposes wordings for the company. The key goes in and never comes out.</summary>
public sealed class AiSettingsActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    SecretBox secrets,
    EventHub hub,
    TimeProvider time
)
{
    /// <summary>Purpose of the key in <see cref="SecretBox"/>.</summary>
    internal const string KeyPurpose = "ai-provider";

    private const int MaxKeyLength = 500;

    /// <exception cref="RuleException">The member may not, something is missing or wrong, or somebody else changed it meanwhile.</exception>
    public async Task SaveAsync(AiSettingsForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        var key = Seal(form.Key);
        var now = time.GetUtcNow();
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.AiSettings.SingleOrDefaultAsync(ct) is { } settings)
        {
            if (settings.Version != form.Version)
            {
                throw new RuleException("ai.changed-meanwhile");
            }

            settings.Change(form.Provider, form.Model, key, now);
        }
        else
        {
            db.Add(new AiSettings(member.TenantId, form.Provider, form.Model, key ?? throw new RuleException("ai.key-missing"), now));
        }

        await db.SaveAsync(
            changed: () => new RuleException("ai.changed-meanwhile"),
            taken: () => new RuleException("ai.changed-meanwhile"),
            ct: ct
        );

        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }

    /// <summary>Nothing is proposed any more, and the key is gone.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task RemoveAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await db.AiSettings.ExecuteDeleteAsync(ct);
        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }

    private string? Seal(string? key) =>
        string.IsNullOrWhiteSpace(key) ? null
        : key.Trim() is { Length: <= MaxKeyLength } plain && plain.All(c => c is > ' ' and <= '~') ? secrets.Protect(plain, KeyPurpose)
        : throw new RuleException("ai.key-invalid");
}
