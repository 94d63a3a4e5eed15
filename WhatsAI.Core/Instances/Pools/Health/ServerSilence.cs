using System.Runtime.InteropServices;

namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>What the last calls for one number say of its server.</summary>
/// <param name="AnsweredAt">The last answer of whatever kind.</param>
/// <param name="FailedAt">When calls began to fail for a reason of the server's; null where the last one did not.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ServerProof(GatewayServerId Server, DateTimeOffset? AnsweredAt, DateTimeOffset? FailedAt);

/// <summary>Which servers do not answer. One number's call that failed is none of it while another's is answered.</summary>
public static class ServerSilence
{
    /// <summary>A call that failed says little; what still fails after this is said.</summary>
    public static readonly TimeSpan Blip = TimeSpan.FromSeconds(30);

    /// <summary>Each silent server, and since when.</summary>
    public static IReadOnlyDictionary<GatewayServerId, DateTimeOffset> Of(IEnumerable<ServerProof> proofs, DateTimeOffset now)
    {
        var silent = new Dictionary<GatewayServerId, DateTimeOffset>();
        foreach (var server in proofs.GroupBy(p => p.Server))
        {
            var answered = server.Max(p => p.AnsweredAt);
            var since = server.Where(p => p.FailedAt is { } at && !(answered >= at)).Min(p => p.FailedAt);
            if (since is { } first && now - first >= Blip)
            {
                silent[server.Key] = first;
            }
        }

        return silent;
    }
}
