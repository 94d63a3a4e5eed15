using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What became of a begin.</summary>
/// <param name="IsDone">False: the number needs a transaction of its own.</param>
/// <param name="Turn">Without an attempt nothing may be sent now, and the claim is given back.</param>
internal sealed record SharedBegin(bool IsDone, CampaignTurn Turn);

/// <summary>
/// Begins of several numbers of a company in one transaction, as they come at once: of those only that have nothing but their pool's messages to look for. A
/// number with answers of its own, with something left in flight, not linked, or whose row somebody has in hand, gets a transaction of its own; so do all of
/// them where the shared one fails, so that what is wrong with one stops no other.
/// </summary>
internal sealed class SharedBegins
{
    private const int Most = 64;

    private static readonly SharedBegin _alone = new(IsDone: false, CampaignTurn.Nothing);
    private readonly NpgsqlDataSource _database;
    private readonly CampaignTurns _campaigns;
    private readonly EventHub _hub;
    private readonly Gathering<WorkClaim, SharedBegin> _gathering;

    public SharedBegins(NpgsqlDataSource database, CampaignTurns campaigns, EventHub hub)
    {
        (_database, _campaigns, _hub) = (database, campaigns, hub);
        _gathering = new Gathering<WorkClaim, SharedBegin>(Most, RunAsync);
    }

    public async Task<SharedBegin> BeginAsync(WorkClaim claim, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // Not given up half way: an attempt that was committed is for this caller to hand over.
            var begun = await _gathering.AskAsync(claim.Tenant, claim);
            if (begun.Turn.Wakes is { } other)
            {
                await _campaigns.WakeAsync(other, cancellation);
            }

            return begun;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return _alone;
        }
    }

    private async Task<IReadOnlyList<SharedBegin>> RunAsync(TenantId tenant, IReadOnlyList<WorkClaim> claims)
    {
        await using var transaction = await _database.BeginAsync(tenant, CancellationToken.None);
        var connection = transaction.Connection;
        var plain = await PlainAsync(connection, tenant, claims);
        if (plain.Count == 0)
        {
            return [.. claims.Select(_ => _alone)];
        }

        var take = await _campaigns.TakeAsync(connection, tenant, [.. plain.Select(c => c.Instance)], rest: null, CancellationToken.None);
        if (take.IsOvertaken)
        {
            return [.. claims.Select(_ => _alone)];
        }

        var idle = plain.Where(c => take.Of(c.Instance).Attempt is null).Select(c => (c, take.Of(c.Instance).Wait)).ToArray();
        if (idle.Length > 0)
        {
            await using var release = new NpgsqlBatch(connection) { BatchCommands = { ClaimsSql.ReleaseCommand(WorkKind.Outbound, idle) } };
            await release.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync(CancellationToken.None);
        CampaignTurns.Count(take);
        _hub.Publish(take.Moved.Select(p => new PoolChanged(tenant, p)));
        return [.. claims.Select(c => plain.Contains(c) ? new SharedBegin(IsDone: true, take.Of(c.Instance)) : _alone)];
    }

    /// <summary>The claims that are held and whose numbers have nothing to do but their pool's messages; their rows are locked.</summary>
    private static async Task<HashSet<WorkClaim>> PlainAsync(NpgsqlConnection connection, TenantId tenant, IReadOnlyList<WorkClaim> claims)
    {
        var locked = await ClaimsSql.LockAsync(connection, WorkKind.Outbound, claims, CancellationToken.None);
        if (locked.Count == 0)
        {
            return locked;
        }

        // What is in flight is asked in the words of its index (those in flight or in doubt), of which only the first are meant.
        await using var command = connection.Sql(
            """
            SELECT s.instance_id FROM instance_statuses s
            WHERE s.tenant_id = $1 AND s.instance_id = ANY ($2) AND s.state = 'Open'
                AND NOT EXISTS (SELECT FROM messages m WHERE m.instance_id = s.instance_id AND m.delivery = 'Queued')
                AND NOT EXISTS (SELECT FROM messages m WHERE m.instance_id = s.instance_id AND m.delivery IN ('Sending', 'Unconfirmed') AND m.delivery = 'Sending')
            """,
            tenant.Value,
            locked.Select(c => c.Instance.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync();
        var plain = new HashSet<InstanceId>();
        while (await reader.ReadAsync())
        {
            plain.Add(new InstanceId(reader.GetGuid(0)));
        }

        locked.RemoveWhere(c => !plain.Contains(c.Instance));
        return locked;
    }
}
