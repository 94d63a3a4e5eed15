using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a transaction has learned of a number: written down with the event, so that none is counted twice or lost.</summary>
/// <param name="Signals">In the order they are stored in.</param>
/// <param name="IsNewSession">See <see cref="LinkSignals.IsNewSession"/>.</param>
internal sealed record WatchNews(IReadOnlyList<Signal> Signals, bool IsNewSession = false)
{
    /// <summary>Whether a look at the number may find something else now: then its watch work is to be made due, and raised after the commit.</summary>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, TenantId tenant, InstanceId instance, CancellationToken cancellation)
    {
        if (Signals.Count == 0 && !IsNewSession)
        {
            return false;
        }

        var before = await WatchSql.LockAsync(connection, tenant, instance, cancellation);
        var after = Signals.Aggregate(IsNewSession ? before.Forgiven() : before, WatchRules.After);
        await WatchSql.WriteAsync(connection, tenant, instance, after, cancellation);
        // A message that is confirmed as always changes no finding.
        return IsNewSession || before.UnackedInRow > 0 || before.Refused is not null || Signals.Any(s => s is not Signal.Acked);
    }
}
