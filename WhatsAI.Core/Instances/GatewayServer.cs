using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances;

public enum GatewayKind
{
    Evolution,
}

/// <summary>Where numbers are connected: the tenant's own server, or one the operator shares, known here by name only.</summary>
public sealed class GatewayServer : ITenantOwned
{
    /// <summary>Characters, without the spaces around them.</summary>
    public const int MaxNameLength = 80;

    private GatewayServer() { }

    /// <summary>The tenant's own server.</summary>
    /// <exception cref="RuleException">The name or the address is not acceptable.</exception>
    public GatewayServer(GatewayServerId id, TenantId tenantId, string name, Uri address, string encryptedKey, DateTimeOffset now)
    {
        (Id, TenantId, CreatedAt) = (id, tenantId, now);
        Change(name, address);
        Rekey(encryptedKey);
    }

    /// <summary>A server of the operator's configuration; its address and key are read from there, never stored.</summary>
    public GatewayServer(GatewayServerId id, TenantId tenantId, string sharedName, DateTimeOffset now) =>
        (Id, TenantId, Name, SharedName, CreatedAt) = (id, tenantId, sharedName, sharedName, now);

    public GatewayServerId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public string Name { get; private set; } = "";

    public GatewayKind Kind { get; private set; } = GatewayKind.Evolution;

    /// <summary>Name of the operator's shared server in the configuration; null for the tenant's own.</summary>
    public string? SharedName { get; private set; }

    /// <summary>http or https, without a trailing slash; null for a shared server.</summary>
    public string? Address { get; private set; }

    /// <summary>The server's key, encrypted under the master key with the purpose "gateway-server"; null for a shared server.</summary>
    public string? EncryptedKey { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Set when it was taken from the list; the row stays, because numbers deleted before refer to it.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    public void Remove(DateTimeOffset now) => RemovedAt ??= now;

    /// <exception cref="RuleException">The name or the address is not acceptable, or the server is the operator's.</exception>
    public void Change(string name, Uri address)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > MaxNameLength)
        {
            throw new RuleException("gateway.name-invalid", MaxNameLength);
        }

        if (SharedName is not null)
        {
            throw new RuleException("gateway.shared-is-the-operators");
        }

        if (!Accepts(address))
        {
            throw new RuleException("gateway.address-invalid");
        }

        (Name, Address) = (trimmed, address.GetLeftPart(UriPartial.Path).TrimEnd('/'));
    }

    /// <summary>Whether a server can be at this address: HTTP or HTTPS, and no password in it.</summary>
    public static bool Accepts(Uri address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" };

    /// <summary>Whether this address is the same place: scheme, host and port. The stored key goes nowhere else.</summary>
    public bool IsAt(Uri address) =>
        Address is not null
        && Uri.Compare(
            new Uri(Address),
            address,
            UriComponents.SchemeAndServer,
            UriFormat.SafeUnescaped,
            StringComparison.OrdinalIgnoreCase
        ) == 0;

    /// <param name="encryptedKey">Encrypted as <see cref="EncryptedKey"/> says.</param>
    /// <exception cref="RuleException">The server is the operator's.</exception>
    public void Rekey(string encryptedKey) =>
        EncryptedKey = SharedName is null ? encryptedKey : throw new RuleException("gateway.shared-is-the-operators");
}
