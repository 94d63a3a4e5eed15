using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>Takes the news that an event of a number could not be taken, from where no member acts.</summary>
public sealed class GapReports(NpgsqlDataSource database, EventHub hub, TimeProvider time)
{
    /// <summary>An event was too large: the gateway does not repeat it, so its message is asked for. Returns when that is durable.</summary>
    public async Task TooLargeAsync(TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var now = time.GetUtcNow();
        var from = now - GapRules.LongestRetry - GapRules.Overlap;
        var of = (tenant, instance);
        if (await GapOpening.OpenAsync(transaction.Connection, of, GapCause.TooLarge, from, TimeSpan.FromSeconds(2), now, ct))
        {
            await GapSql.LogAsync(transaction.Connection, of, "gap-too-large", ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish([new GapChanged(tenant, instance), new InstanceChanged(tenant, instance)]);
    }
}
