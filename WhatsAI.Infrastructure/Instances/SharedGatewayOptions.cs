using WhatsAI.Core.Instances;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>The operator's gateway servers that every tenant may connect numbers through. Read from the configuration at each use, never stored.</summary>
public sealed class SharedGatewayOptions
{
    public const string Section = "GatewayServers";

    public IList<SharedGateway> Shared { get; } = [];

    public SharedGateway? Find(string name) => Shared.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));
}

public sealed class SharedGateway
{
    /// <summary>Unique; tenants know the server by it, so it stays when the address changes.</summary>
    public string Name { get; set; } = "";

    /// <summary>http or https.</summary>
    public Uri? Address { get; set; }

    public string Key { get; set; } = "";

    public GatewayKind Kind { get; set; } = GatewayKind.Evolution;
}
