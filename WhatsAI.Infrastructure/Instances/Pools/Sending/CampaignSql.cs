using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What campaigns did, and whether they are held; in the caller's transaction, after the rows of conversations.</summary>
internal static class CampaignSql
{
    /// <summary>For how long what a person does is taken for an answer to the campaign that wrote to him last.</summary>
    private static readonly TimeSpan _answers = TimeSpan.FromDays(7);

    /// <summary>People opted out: counted for the campaign that wrote to each last, once.</summary>
    public static async Task OptedOutAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH last AS (
                SELECT DISTINCT ON (contact_id) message_id FROM campaign_sends
                WHERE tenant_id = $1 AND contact_id = ANY ($2) AND at > now() - $3::interval ORDER BY contact_id, at DESC
            ), marked AS (
                UPDATE campaign_sends s SET opted_out_at = now() FROM last l
                WHERE s.tenant_id = $1 AND s.message_id = l.message_id AND s.opted_out_at IS NULL RETURNING s.campaign_id, s.contact_id
            ), told AS (
                INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at)
                SELECT $1, m.campaign_id, m.contact_id, 'OptedOut', now() FROM marked m JOIN campaign_work w ON w.campaign_id = m.campaign_id
            )
            UPDATE campaign_signals c SET opted_out = c.opted_out + n.people FROM (SELECT campaign_id, count(*)::int AS people FROM marked GROUP BY 1) n
            WHERE c.tenant_id = $1 AND c.campaign_id = n.campaign_id
            """,
            tenant.Value,
            contacts.Select(c => c.Value).ToArray(),
            _answers
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A member blocked the person of a conversation: counted for the campaign that wrote to him last, once.</summary>
    public static async Task BlockedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ConversationId conversation,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            WITH last AS (
                SELECT s.message_id FROM conversations v JOIN campaign_sends s ON s.tenant_id = $1 AND s.contact_id = v.contact_id
                WHERE v.tenant_id = $1 AND v.id = $2 AND s.at > now() - $3::interval ORDER BY s.at DESC LIMIT 1
            ), marked AS (
                UPDATE campaign_sends s SET blocked_at = now() FROM last l
                WHERE s.tenant_id = $1 AND s.message_id = l.message_id AND s.blocked_at IS NULL RETURNING s.campaign_id, s.contact_id
            ), told AS (
                INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at)
                SELECT $1, m.campaign_id, m.contact_id, 'Blocked', now() FROM marked m JOIN campaign_work w ON w.campaign_id = m.campaign_id
            )
            UPDATE campaign_signals c SET blocks = c.blocks + 1 FROM marked m WHERE c.tenant_id = $1 AND c.campaign_id = m.campaign_id
            """,
            tenant.Value,
            conversation.Value,
            _answers
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>False: there is no such campaign, or it is held already.</summary>
    public static async Task<bool> HoldAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        IReadOnlyList<string> why,
        CancellationToken cancellation,
        UserId? by = null,
        string? byName = null
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE campaign_signals SET held_at = now(), held_why = $3, held_by = $4, held_by_name = left($5, 120),
                released_at = NULL, released_by = NULL, released_by_name = NULL
            WHERE tenant_id = $1 AND campaign_id = $2 AND held_at IS NULL
            """,
            tenant.Value,
            campaign.Value,
            why.ToArray(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)by?.Value ?? DBNull.Value },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)byName ?? DBNull.Value }
        );
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>False: it is not held.</summary>
    public static async Task<bool> ReleaseAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        UserId by,
        string byName,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE campaign_signals SET held_at = NULL, released_at = clock_timestamp(), released_by = $3, released_by_name = left($4, 120)
            WHERE tenant_id = $1 AND campaign_id = $2 AND held_at IS NOT NULL
            """,
            tenant.Value,
            campaign.Value,
            by.Value,
            byName
        );
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <summary>The campaigns that wait at a pool and are not held, with what each did over all numbers: what a failover asks.</summary>
    public static async Task<IReadOnlyList<CampaignSignals>> SignalsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT c.campaign_id, c.sent, c.opted_out, c.failed, c.blocks, q.waiting
            FROM (
                SELECT campaign_id, sum(waiting)::int AS waiting FROM pool_queues WHERE tenant_id = $1 AND pool_id = $2 AND waiting > 0 GROUP BY 1
            ) q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id AND c.held_at IS NULL
            ORDER BY c.campaign_id
            """,
            tenant.Value,
            pool.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var signals = new List<CampaignSignals>();
        while (await reader.ReadAsync(cancellation))
        {
            signals.Add(
                new CampaignSignals(
                    reader.GetGuid(0),
                    reader.GetInt32(1),
                    OptOuts: reader.GetInt32(2),
                    Failures: reader.GetInt32(3),
                    Blocks: reader.GetInt32(4),
                    Queued: reader.GetInt32(5)
                )
            );
        }

        return signals;
    }
}
