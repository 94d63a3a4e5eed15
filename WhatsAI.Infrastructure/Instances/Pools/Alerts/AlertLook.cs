using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>Quartz wakes one copy at a time; what is to be told is decided elsewhere.</summary>
[DisallowConcurrentExecution]
internal sealed class AlertJob(AlertLook look) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await look.RunAsync(cancellationToken);
}

/// <summary>
/// Looks at every company's numbers again and again, for what no event says: a cap that was nearly used, a cause that has been gone for long enough, a number
/// that is in no pool or was deleted. Two copies that look at the same time write once.
/// </summary>
internal sealed class AlertLook(NpgsqlDataSource database, EventHub hub, ILogger<AlertLook> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            foreach (var tenant in await TenantsAsync(ct))
            {
                await RunAsync(tenant, ct);
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("Alerts cannot be looked after now ({Failure})", e.GetType().Name);
        }
    }

    public async Task RunAsync(TenantId tenant, CancellationToken ct)
    {
        IReadOnlyList<ConsoleEvent> events;
        await using (var scope = await database.BeginAsync(tenant, ct))
        {
            var connection = scope.Connection;
            await using var clock = connection.Sql("SELECT now()");
            var now = new DateTimeOffset((DateTime)(await clock.ExecuteScalarAsync(ct))!);
            var numbers = await MemberFactsReader.OfTenantAsync(connection, tenant, now, ct);
            var incidents = await GatewayIncidents.ReadAsync(connection, tenant, now, ct);
            var pools = new List<PoolFacts>();
            foreach (var pool in numbers.Pools)
            {
                // As the supervision reads it, or the one would take back what the other says.
                pools.Add(await PoolFactsReader.OfAsync(connection, tenant, pool, now, ct));
            }

            var stranded = await HeldCampaigns.ReadAsync(connection, tenant, pool: null, ct);
            var loose = numbers.Loose.Select(m => m.Facts).ToList();
            events = await AlertStep.ApplyAllAsync(connection, tenant, pools, loose, incidents, now, ct, stranded);
            await scope.CommitAsync(ct);
        }

        hub.Publish(events);
    }

    // Outside the wall; a number's route outlives it for a month, in which its alerts end.
    private async Task<IReadOnlyList<TenantId>> TenantsAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT DISTINCT tenant_id FROM webhook_routes");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tenants = new List<TenantId>();
        while (await reader.ReadAsync(ct))
        {
            tenants.Add(new TenantId(reader.GetGuid(0)));
        }

        return tenants;
    }
}
