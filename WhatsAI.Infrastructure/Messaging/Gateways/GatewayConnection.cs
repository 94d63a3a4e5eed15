using System.Text;
using WhatsAI.Core.Instances;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>
/// Where a call goes and with which key. The instance's own token is used where it suffices; the server's key only creates, deletes
/// and probes. Printing it shows neither key.
/// </summary>
/// <param name="Address">The server's base address, http or https; a path is kept.</param>
/// <param name="ServerKey">The server's key; null where the tenant may only use its own instances.</param>
/// <param name="Instance">The instance's name there: our instance id. Empty for calls about the server itself.</param>
/// <param name="InstanceToken">The instance's own token; null until it is created (then the server's key is used).</param>
public sealed record GatewayConnection(Uri Address, string? ServerKey, string Instance, string? InstanceToken)
{
    /// <summary>The server's row here; null for calls about a server that is not stored yet.</summary>
    public GatewayServerId? Server { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Address = ").Append(Address.Host).Append(", Instance = ").Append(Instance);
        return true;
    }
}
