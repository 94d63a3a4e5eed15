using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Gives each tenant a row per shared gateway server of the configuration, when the tenant is made and at every start. A server that left the
/// configuration keeps its rows: numbers may still refer to them, and calls through them say what is missing.
/// </summary>
public sealed class SharedGatewayRows(TenantScopes scopes, IOptions<SharedGatewayOptions> shared, TimeProvider time)
{
    /// <summary>False where the configuration names no shared server: then there is nothing to ensure for anybody.</summary>
    public bool Any => shared.Value.Shared.Count > 0;

    public async Task EnsureAsync(TenantId tenant, CancellationToken ct = default)
    {
        if (!Any)
        {
            return;
        }

        await using var scope = scopes.Enter(tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(ct);
        var known = await db.GatewayServers.Select(s => s.Name).ToListAsync(ct);
        foreach (var server in shared.Value.Shared.Where(s => !known.Contains(s.Name, StringComparer.Ordinal)))
        {
            var now = time.GetUtcNow();
            db.GatewayServers.Add(new GatewayServer(Id.New<GatewayServerId>(now), tenant, server.Name, now));
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e)
            when (e.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            // Another copy that starts at the same time was first.
        }
    }
}
