using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances.Standbys;

/// <summary>
/// A number's second gateway server. A session does not move with it: whoever changes servers must read the QR code there, unless the session at the other one is
/// still alive. What is counted and where the number is now is changed by atomic SQL, so it carries no version.
/// </summary>
public sealed class Standby : ITenantOwned
{
    public const int FewestProbes = 3;

    public const int MostProbes = 60;

    private Standby() { }

    /// <param name="number">Where it is connected now.</param>
    /// <param name="server">The other one.</param>
    /// <param name="after">Failed probes after which it goes there by itself, <see cref="FewestProbes"/> to <see cref="MostProbes"/>; null: by hand only.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleException">It is the number's own server, or another number of probes.</exception>
    public Standby(Instance number, GatewayServerId server, int? after, DateTimeOffset now)
    {
        if (number.GatewayServerId == server)
        {
            throw new RuleException("standby.same-server");
        }

        (TenantId, InstanceId, ServerId, ChosenAt) = (number.TenantId, number.Id, server, now);
        Decide(after);
    }

    public TenantId TenantId { get; private set; }

    public InstanceId InstanceId { get; private set; }

    /// <summary>The server the number is not at: where the next change leads.</summary>
    public GatewayServerId ServerId { get; private set; }

    /// <summary>Probes in a row, one a minute, that its server must leave unanswered; null: by hand only.</summary>
    public int? After { get; private set; }

    public int FailedProbes { get; private set; }

    public DateTimeOffset? FailedAt { get; private set; }

    /// <summary>It is at the server that was chosen as its standby.</summary>
    public bool IsAway { get; private set; }

    /// <summary>The last change, in either direction.</summary>
    public DateTimeOffset? MovedAt { get; private set; }

    /// <summary>No person did it.</summary>
    public bool MovedByItself { get; private set; }

    /// <summary>At <see cref="ServerId"/> an instance of the number may be left, which must not go on beside the new one.</summary>
    public bool HasOldSession { get; private set; }

    public DateTimeOffset ChosenAt { get; private set; }

    /// <param name="after">See <see cref="After"/>.</param>
    /// <exception cref="RuleException">Another number of probes than is allowed.</exception>
    public void Decide(int? after) =>
        After = after is null or (>= FewestProbes and <= MostProbes)
            ? after
            : throw new RuleException("standby.probes-invalid", FewestProbes, MostProbes);
}
