using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>The one way in for campaigns, and the two switches of each: held, and going on.</summary>
public sealed class CampaignLane(NpgsqlDataSource database, EventHub hub, WorkSignal work, PaceClock clock)
{
    /// <summary>Rows of one statement: what a number of the pool may have to wait for.</summary>
    private const int Most = 5_000;

    /// <summary>Returns when the messages are durable, with how many were new.</summary>
    /// <exception cref="RuleException">There is no such pool.</exception>
    public async Task<int> FeedAsync(TenantId tenant, CampaignFeed feed, CancellationToken cancellation = default)
    {
        var fresh = 0;
        foreach (var pieces in feed.Pieces.Chunk(Most))
        {
            await using var transaction = await database.BeginAsync(tenant, cancellation);
            await PoolWake.AllAsync(transaction.Connection, tenant, feed.Pool, cancellation);
            fresh += await AddAsync(transaction.Connection, tenant, feed with { Pieces = pieces }, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        Tell(tenant, feed.Pool);
        return fresh;
    }

    /// <summary>Nothing of it begins after the commit. False: it is held already, or there is no such campaign.</summary>
    /// <param name="why">Resource keys below "held.".</param>
    public async Task<bool> HoldAsync(
        TenantId tenant,
        CampaignId campaign,
        IReadOnlyList<string> why,
        UserId? by = null,
        string? byName = null,
        CancellationToken cancellation = default
    )
    {
        await using var transaction = await database.BeginAsync(tenant, cancellation);
        var held = await CampaignSql.HoldAsync(transaction.Connection, tenant, campaign, why, cancellation, by, byName);
        var pools = await PoolsAsync(transaction.Connection, tenant, campaign, cancellation);
        await transaction.CommitAsync(cancellation);
        pools.ForEach(p => hub.Publish(new PoolChanged(tenant, p)));
        return held;
    }

    /// <summary>A person lets it go on; what waited keeps its place. False: it is not held.</summary>
    public async Task<bool> ReleaseAsync(
        TenantId tenant,
        CampaignId campaign,
        UserId by,
        string byName,
        CancellationToken cancellation = default
    )
    {
        await using var transaction = await database.BeginAsync(tenant, cancellation);
        var pools = await PoolsAsync(transaction.Connection, tenant, campaign, cancellation);
        foreach (var pool in pools)
        {
            await PoolWake.AllAsync(transaction.Connection, tenant, pool, cancellation);
        }

        var released = await CampaignSql.ReleaseAsync(transaction.Connection, tenant, campaign, by, byName, cancellation);
        await transaction.CommitAsync(cancellation);
        pools.ForEach(p => Tell(tenant, p));
        return released;
    }

    /// <summary>Makes the pool's sending numbers look at its queue: its policy was edited, a pause ended, something came back to it.</summary>
    public async Task WakeAsync(TenantId tenant, PoolId pool, CancellationToken cancellation = default)
    {
        await using var transaction = await database.BeginAsync(tenant, cancellation);
        await PoolWake.AllAsync(transaction.Connection, tenant, pool, cancellation);
        await transaction.CommitAsync(cancellation);
        Tell(tenant, pool);
    }

    /// <summary>The same for one number, to which a message was left.</summary>
    public async Task WakeAsync(InstanceId instance, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await WorkList.DueAsync(connection, WorkKind.Outbound, instance, cancellation);
        work.Raise(WorkKind.Outbound);
    }

    /// <summary>
    /// Some messages at most, in the caller's transaction, which has woken the pool first (<see cref="PoolWake"/>) and tells of it after its commit
    /// (<see cref="Tell"/>).
    /// </summary>
    /// <exception cref="RuleException">There is no such pool.</exception>
    internal async Task<int> AddAsync(NpgsqlConnection connection, TenantId tenant, CampaignFeed feed, CancellationToken cancellation)
    {
        await OpenAsync(connection, tenant, feed, cancellation);
        var added = await InsertAsync(connection, tenant, feed, cancellation);
        await CountAsync(connection, tenant, feed, added, cancellation);
        LedgerMeter.Queued(Lane.Campaign, added);
        return added;
    }

    internal void Tell(TenantId tenant, PoolId pool)
    {
        hub.Publish(new PoolChanged(tenant, pool));
        work.Raise(WorkKind.Outbound);
    }

    /// <summary>The campaign and its lane at the pool.</summary>
    internal static async Task OpenAsync(NpgsqlConnection connection, TenantId tenant, CampaignFeed feed, CancellationToken cancellation)
    {
        await using (var pool = connection.Sql("SELECT 1 FROM pools WHERE tenant_id = $1 AND id = $2", tenant.Value, feed.Pool.Value))
        {
            if (await pool.ExecuteScalarAsync(cancellation) is null)
            {
                throw new RuleException("pool.gone");
            }
        }

        await using var command = connection.Sql(
            """
            WITH campaign AS (
                INSERT INTO campaign_signals (tenant_id, campaign_id, name, sent, failed, skipped, opted_out, blocks, held_why, created_at)
                VALUES ($1, $3, left($4, 120), 0, 0, 0, 0, 0, '{}', now()) ON CONFLICT DO NOTHING
            )
            INSERT INTO pool_queues (tenant_id, pool_id, campaign_id, priority, waiting)
            SELECT $1, id, $3, $5, 0 FROM pools WHERE tenant_id = $1 AND id = $2
            ON CONFLICT (tenant_id, pool_id, campaign_id, priority) DO NOTHING
            """,
            tenant.Value,
            feed.Pool.Value,
            feed.Campaign.Value,
            feed.Name,
            feed.Priority
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<int> InsertAsync(NpgsqlConnection connection, TenantId tenant, CampaignFeed feed, CancellationToken cancellation)
    {
        var pieces = feed.Pieces;
        var now = await NowAsync(connection, cancellation);
        await using var command = connection.Sql(
            """
            INSERT INTO pool_messages (id, tenant_id, pool_id, campaign_id, priority, contact_id, phone, body, client_key, queued_at, not_before, attempts,
                media_id)
            SELECT t.id, $1, $2, $3, $4, t.contact_id, t.phone, t.body::jsonb, t.client_key, $5, greatest($5, $6), 0, t.media_id
            FROM unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::uuid[], $12::uuid[]) AS t (id, contact_id, phone, body, client_key, media_id)
            WHERE NOT EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.client_key = t.client_key)
            ON CONFLICT (tenant_id, client_key) DO NOTHING
            """,
            tenant.Value,
            feed.Pool.Value,
            feed.Campaign.Value,
            feed.Priority,
            now.ToUniversalTime(),
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
                Value = (object?)feed.NotBefore?.ToUniversalTime() ?? DBNull.Value,
            },
            pieces.Select((_, i) => Id.New<MessageId>(now, i).Value).ToArray(),
            pieces.Select(p => p.Contact?.Value).ToArray(),
            pieces.Select(p => p.Phone?.Value).ToArray(),
            pieces.Select(p => MessageBodyJson.Write(p.Body)).ToArray(),
            pieces.Select(p => p.ClientKey).ToArray(),
            pieces.Select(p => p.Media?.Value).ToArray()
        );
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Sql("SELECT clock_timestamp() + $1", clock.Ahead);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
    }

    private static async Task CountAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignFeed feed,
        int added,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE pool_queues SET waiting = waiting + $5 WHERE tenant_id = $1 AND pool_id = $2 AND campaign_id = $3 AND priority = $4",
            tenant.Value,
            feed.Pool.Value,
            feed.Campaign.Value,
            feed.Priority,
            added
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<PoolId>> PoolsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT DISTINCT pool_id FROM pool_queues WHERE tenant_id = $1 AND campaign_id = $2 AND waiting > 0 ORDER BY pool_id",
            tenant.Value,
            campaign.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var pools = new List<PoolId>();
        while (await reader.ReadAsync(cancellation))
        {
            pools.Add(new PoolId(reader.GetGuid(0)));
        }

        return pools;
    }
}
