using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Standbys;

/// <summary>A number's two servers.</summary>
/// <param name="At">Where it is now.</param>
/// <param name="Other">Its second one; null: none was chosen.</param>
/// <param name="Choices">Every server it could have as its second.</param>
/// <param name="Beside">How many other numbers that the member sees are at the same server.</param>
public sealed record StandbyView(ServerName At, ServerName? Other, StandbyState? State, IReadOnlyList<ServerName> Choices, int Beside);

public sealed record ServerName(GatewayServerId Id, string Name);

/// <inheritdoc cref="Core.Instances.Standbys.Standby"/>
/// <param name="WaitsForScan">Nobody has read the QR code since it moved.</param>
public sealed record StandbyState(
    int? After,
    int FailedProbes,
    bool IsAway,
    DateTimeOffset? MovedAt,
    bool MovedByItself,
    bool HasOldSession,
    bool WaitsForScan
);

/// <summary>Reads a number's standby.</summary>
public sealed class StandbyQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>Null when there is no such number, it is another company's, or the member does not see it.</summary>
    public async Task<StandbyView?> ViewAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        if (!member.Sees(id))
        {
            return null;
        }

        await using var db = await dbs.CreateDbContextAsync(ct);
        var number = await db
            .Instances.Where(i => i.Id == id && i.DeletedAt == null)
            .Select(i => new
            {
                i.GatewayServerId,
                Status = db.InstanceStatuses.First(s => s.InstanceId == id),
                Standby = db.Standbys.FirstOrDefault(s => s.InstanceId == id),
            })
            .SingleOrDefaultAsync(ct);
        if (number is null)
        {
            return null;
        }

        var servers = await db
            .GatewayServers.OrderBy(s => s.Name)
            .Select(s => new { Server = new ServerName(s.Id, s.Name), s.RemovedAt })
            .ToListAsync(ct);
        var beside = await db
            .Instances.Where(i => i.GatewayServerId == number.GatewayServerId && i.DeletedAt == null && i.Id != id)
            .Select(i => i.Id)
            .ToListAsync(ct);
        var standby = number.Standby;
        return new StandbyView(
            servers.Single(s => s.Server.Id == number.GatewayServerId).Server,
            standby is null ? null : servers.Single(s => s.Server.Id == standby.ServerId).Server,
            standby is null
                ? null
                : new StandbyState(
                    standby.After,
                    standby.FailedProbes,
                    standby.IsAway,
                    standby.MovedAt,
                    standby.MovedByItself,
                    standby.HasOldSession,
                    standby.MovedAt == number.Status.StateSince && number.Status.State is not InstanceState.Open
                ),
            [.. servers.Where(s => s.RemovedAt is null && s.Server.Id != number.GatewayServerId).Select(s => s.Server)],
            beside.Count(member.Sees)
        );
    }
}
