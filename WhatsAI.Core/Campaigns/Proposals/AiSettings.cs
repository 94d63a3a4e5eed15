using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Proposals;

/// <summary>Who proposes wordings.</summary>
public enum AiProvider
{
    OpenAi,
    Anthropic,
}

/// <summary>With whose help a company writes. One for each company; without it nothing is proposed and nothing leaves.</summary>
public sealed class AiSettings : ITenantOwned
{
    public const int MaxModelLength = 80;

    private AiSettings() { }

    /// <exception cref="RuleException">See <see cref="Change"/>.</exception>
    public AiSettings(TenantId tenantId, AiProvider provider, string model, string encryptedKey, DateTimeOffset now)
    {
        TenantId = tenantId;
        Change(provider, model, encryptedKey, now);
    }

    public TenantId TenantId { get; private set; }

    public AiProvider Provider { get; private set; }

    /// <summary>As the provider calls it.</summary>
    public string Model { get; private set; } = "";

    /// <summary>Encrypted under the master key with the purpose "ai-provider".</summary>
    public string EncryptedKey { get; private set; } = "";

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <param name="encryptedKey">Null: the one that is kept. Never for another provider: one's key is not another's business.</param>
    /// <exception cref="RuleException">The provider or the model is none, or the key is missing.</exception>
    public void Change(AiProvider provider, string model, string? encryptedKey, DateTimeOffset now)
    {
        var name = model.Trim();
        if (!Enum.IsDefined(provider) || name.Length is 0 or > MaxModelLength || name.Any(c => c is <= ' ' or > '~'))
        {
            throw new RuleException("ai.model-invalid", MaxModelLength);
        }

        if (encryptedKey is null && (EncryptedKey.Length == 0 || provider != Provider))
        {
            throw new RuleException("ai.key-missing");
        }

        (Provider, Model, EncryptedKey, ChangedAt) = (provider, name, encryptedKey ?? EncryptedKey, now);
    }
}
