using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances;

/// <summary>One WhatsApp number connected through one gateway server. What the machine observes of it lives in <see cref="InstanceStatus"/>.</summary>
public sealed class Instance : ITenantOwned
{
    /// <summary>Characters, without the spaces around them.</summary>
    public const int MaxNameLength = 60;

    private Instance() { }

    /// <exception cref="RuleException">The name is empty or too long.</exception>
    public Instance(InstanceId id, TenantId tenantId, GatewayServerId server, string name, string encryptedToken, DateTimeOffset now)
    {
        (Id, TenantId, GatewayServerId, EncryptedToken, CreatedAt) = (id, tenantId, server, encryptedToken, now);
        Rename(name);
    }

    public InstanceId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public GatewayServerId GatewayServerId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The instance's own token at the gateway, encrypted with the purpose "instance-token". The server's key is not used for calls on a number.</summary>
    public string EncryptedToken { get; private set; } = "";

    public InstanceSettings Settings { get; private set; } = new();

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Set when the number was removed here and at the gateway; its conversations stay.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <summary>The first time counts.</summary>
    public void Delete(DateTimeOffset now) => DeletedAt ??= now;

    /// <exception cref="RuleException">The name is empty or too long.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw new RuleException("number.name-invalid", MaxNameLength);
        }

        Name = trimmed;
    }

    public void Configure(InstanceSettings settings) => Settings = settings;
}

/// <summary>What the gateway is told to do by itself for a number.</summary>
/// <param name="RejectCalls">Calls are refused by the gateway.</param>
/// <param name="AlwaysOnline">The number shows as online while connected.</param>
/// <param name="RejectCallMessage">Text the gateway sends to a refused caller; empty for none.</param>
public sealed record InstanceSettings(bool RejectCalls = false, bool AlwaysOnline = false, string RejectCallMessage = "");
