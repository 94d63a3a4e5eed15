using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>Who looks at a number's code, and whether its gateway may be asked for one.</summary>
internal static class QrWatch
{
    // The dialog says so every few seconds.
    private static readonly TimeSpan _shown = TimeSpan.FromMinutes(1);

    /// <summary>Somebody looks now. False: the number goes up and down, and is left alone until its back-off is over.</summary>
    public static async Task<bool> LookAsync(
        IDbContextFactory<ConsoleDb> dbs,
        TenantId tenant,
        InstanceId instance,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var until = now.ToUniversalTime() + _shown;
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO watch_states (tenant_id, instance_id, state, verdict, inbound_only, qr_watched_until)
            SELECT {tenant.Value}, {instance.Value}, {"{}"}::jsonb, 'Unknown', false, {until}
            WHERE EXISTS (SELECT FROM instances WHERE tenant_id = {tenant.Value} AND id = {instance.Value})
            ON CONFLICT (tenant_id, instance_id) DO UPDATE SET qr_watched_until = excluded.qr_watched_until
            """,
            ct
        );
        var state = await db.WatchStates.Where(w => w.InstanceId == instance).Select(w => w.State).FirstOrDefaultAsync(ct);
        var quiet = state is null ? null : JsonSerializer.Deserialize<WatchState>(state, PoolMapping.Json)?.QuietUntil;
        return Quarantine.MayAskForQr(until, quiet, now);
    }
}
