using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>A channel as its settings show it; never its secret.</summary>
public sealed record AlertChannelRow(
    AlertChannelId Id,
    AlertChannelKind Kind,
    string Name,
    string Target,
    AlertLevel Lowest,
    IReadOnlyList<AlertKind> Kinds,
    bool IsEnabled,
    DeliveryOutcome? LastFailure,
    DateTimeOffset? LastFailureAt,
    DateTimeOffset? LastDeliveredAt,
    int Revision
);

public sealed class AlertChannelQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>By name; a company has a handful.</summary>
    public async Task<IReadOnlyList<AlertChannelRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db
            .AlertChannels.OrderBy(c => c.Name)
            .Select(c => new AlertChannelRow(
                c.Id,
                c.Kind,
                c.Name,
                c.Target,
                c.Lowest,
                c.Kinds,
                c.IsEnabled,
                c.LastFailure,
                c.LastFailureAt,
                c.LastDeliveredAt,
                c.Revision
            ))
            .ToListAsync(ct);
    }
}
