using Npgsql;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>Whether a running campaign has to stop, or to go slower, from what is counted and from the agents' inbox.</summary>
internal static class CampaignGuards
{
    private static readonly TimeSpan _brakeEvery = TimeSpan.FromSeconds(10);

    /// <summary>Null: it goes on.</summary>
    public static async Task<PauseDetail?> JudgeAsync(NpgsqlConnection connection, CampaignRun run, RunCounts counts, CancellationToken ct)
    {
        var fallen = await FallenAsync(connection, run, counts, ct);
        // What a person knew when he let it go on is no news.
        var since = run.Accepted is { } accepted ? counts.Whole.Without(accepted) : counts.Whole;
        if (AutoPause.Judge(since, [], fallen) is not { } verdict)
        {
            return null;
        }

        // Who is to blame is seen over all of it.
        var culprit = verdict.Culprit ?? AutoPause.Judge(counts.Whole, counts.Slices, [])?.Culprit;
        return new PauseDetail(verdict.Causes, culprit);
    }

    /// <summary>The brake as it is now; the same as before while it was looked at a moment ago.</summary>
    public static async Task<BrakeState> BrakeAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        if (run.BrakeLookedAt is { } last && run.Now - last < _brakeEvery)
        {
            return run.Brake;
        }

        var brake = LoadBrake.Next(run.Brake, await LoadAsync(connection, run, ct));
        await RunSql.BrakeAsync(connection, run, brake, ct);
        return brake;
    }

    private static async Task<AgentLoad> LoadAsync(NpgsqlConnection connection, CampaignRun run, CancellationToken ct)
    {
        var there = (await AgentSql.ReadAsync(connection, run.Tenant, ct)).FindAll(a => a.Agent.Presence == Presence.Online);
        // Where one has no bound there is none; where nobody is there, every answer waits.
        var capacity = there.Exists(a => a.Agent.Capacity is null) ? (int?)null : there.Sum(a => a.Agent.Capacity ?? 0);
        if (capacity is null)
        {
            return new AgentLoad(0, null);
        }

        // Whoever asked for no more messages was told that it is so: nobody owes him an answer for it. More than brakes at the most need not be counted.
        await using var command = connection.Sql(
            """
            SELECT count(*)::int FROM (
                SELECT FROM conversation_heads h JOIN conversations c ON c.tenant_id = $1 AND c.id = h.conversation_id
                WHERE h.tenant_id = $1 AND h.kind = 'Person' AND h.status = 'Open' AND h.waiting_since IS NOT NULL AND NOT EXISTS (
                    SELECT FROM contacts p
                    WHERE p.tenant_id = $1 AND p.id = c.contact_id AND p.consent = 'OptedOut' AND p.consent_since >= h.waiting_since)
                LIMIT $2
            ) w
            """,
            run.Tenant.Value,
            LoadBrake.MostCounted(capacity.Value)
        );
        return new AgentLoad((int)(await command.ExecuteScalarAsync(ct))!, capacity);
    }

    /// <summary>Numbers of the campaign that were banned or restricted since it began, or since a person let it go on; the last first.</summary>
    private static async Task<List<string>> FallenAsync(
        NpgsqlConnection connection,
        CampaignRun run,
        RunCounts counts,
        CancellationToken ct
    )
    {
        var numbers = counts.Cells.Select(c => c.Instance).Where(i => i != default).Distinct().Select(i => i.Value).ToArray();
        if (numbers.Length == 0)
        {
            return [];
        }

        await using var command = connection.Sql(
            """
            SELECT instance_id FROM failovers WHERE tenant_id = $1 AND instance_id = ANY ($2) AND detected_at > $3 AND NOT is_drill
                AND verdict IN ('Banned', 'Restricted')
            GROUP BY instance_id ORDER BY max(detected_at) DESC
            """,
            run.Tenant.Value,
            numbers,
            (run.AcceptedAt ?? run.Launched!.At).ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var fallen = new List<string>();
        while (await reader.ReadAsync(ct))
        {
            fallen.Add(new InstanceId(reader.GetGuid(0)).ToString());
        }

        return fallen;
    }
}
