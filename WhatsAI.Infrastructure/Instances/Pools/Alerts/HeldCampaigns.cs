using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>
/// Campaigns that the system stopped and that wait for a person: a failover, their first part, their signals, or a start that was missed. What a person paused is
/// known to him, and what is over waits for nobody.
/// </summary>
internal static class HeldCampaigns
{
    /// <param name="pool">Null: those whose pool is gone.</param>
    public static async Task<IReadOnlyList<HeldCampaign>> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId? pool,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            WITH held AS (
                SELECT c.campaign_id FROM pool_queues q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id AND c.held_at IS NOT NULL
                WHERE q.tenant_id = $1 AND q.pool_id = $2 AND q.waiting > 0
                UNION
                SELECT k.id FROM campaigns k WHERE k.tenant_id = $1 AND k.state = 'Paused' AND k.cause <> 'ByPerson'
                    AND CASE WHEN $2 IS NOT NULL THEN k.pool_id = $2
                        ELSE NOT EXISTS (SELECT FROM pools p WHERE p.tenant_id = $1 AND p.id = k.pool_id) END
            )
            SELECT h.campaign_id, coalesce(c.held_why[1], 'held.by-person'), coalesce(c.held_at, k.state_since),
                coalesce(
                    (SELECT sum(n.people) FROM campaign_counts n WHERE n.tenant_id = $1 AND n.campaign_id = h.campaign_id
                        AND n.kind IN ('Planned', 'Queued', 'Sending')),
                    (SELECT sum(q.waiting) FROM pool_queues q WHERE q.tenant_id = $1 AND q.campaign_id = h.campaign_id AND q.pool_id = $2), 0)::int,
                CASE k.cause WHEN 'CanaryFailed' THEN 'held-done.canary' WHEN 'BadSignals' THEN 'held-done.signals' WHEN 'Late' THEN 'held-done.late' END,
                k.detail
            FROM held h
            LEFT JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = h.campaign_id
            LEFT JOIN campaigns k ON k.tenant_id = $1 AND k.id = h.campaign_id
            WHERE k.id IS NULL OR (k.state = 'Running' AND c.held_by IS NULL) OR (k.state = 'Paused' AND k.cause <> 'ByPerson')
            ORDER BY 3, 1 LIMIT 200
            """,
            tenant.Value,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)pool?.Value ?? DBNull.Value }
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new List<HeldCampaign>();
        while (await reader.ReadAsync(ct))
        {
            held.Add(
                new HeldCampaign(reader.GetGuid(0), reader.GetString(1), reader.Time(2), reader.GetInt32(3))
                {
                    Done = reader.TextOrNull(4),
                    Culprit = CulpritOf(reader.TextOrNull(5)),
                }
            );
        }

        return held;
    }

    /// <summary>The number that is to blame; null where it is none, or another part. What a later version wrote is no reason to tell of nothing.</summary>
    private static InstanceId? CulpritOf(string? detail)
    {
        try
        {
            return
                detail is ['{', ..]
                && JsonDocument.Parse(detail).RootElement is { ValueKind: JsonValueKind.Object } said
                && said.TryGetProperty("culprit", out var culprit)
                && culprit.ValueKind == JsonValueKind.Object
                && culprit.TryGetProperty("kind", out var kind)
                && kind.ValueEquals("Number")
                && culprit.TryGetProperty("key", out var key)
                && Id.TryParse<InstanceId>(key.GetString(), out var number)
                ? number
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
