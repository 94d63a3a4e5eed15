using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>What a campaign's page needs beside the machine's own rows. Each is a read by key, or of rows that are few. The connection has entered the tenant.</summary>
internal sealed class LiveSql(NpgsqlConnection connection, TenantId tenant, CampaignId campaign)
{
    /// <summary>More changes of state than a campaign has.</summary>
    private const int MostSteps = 500;

    /// <summary>As many as sixty numbers send.</summary>
    private const int MostInAnHour = 5_000;

    public async Task<LiveExtras> ExtrasAsync(CancellationToken ct)
    {
        await using var command = Sql(
            """
            SELECT c.detail, c.reply_days, p.name, s.price, t.time_zone, f.plan -> 'ends',
                (SELECT min(r.not_before) FROM campaign_recipients r WHERE r.tenant_id = $1 AND r.campaign_id = $2 AND r.state = 'Planned')
            FROM campaigns c
            JOIN tenants t ON t.id = $1
            LEFT JOIN pools p ON p.tenant_id = $1 AND p.id = c.pool_id
            LEFT JOIN campaign_settings s ON s.tenant_id = $1
            LEFT JOIN flight_plans f ON f.tenant_id = $1 AND f.campaign_id = c.id
            WHERE c.tenant_id = $1 AND c.id = $2
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new LiveExtras(
            reader.Text(0),
            reader.GetInt32(1),
            reader.Text(2),
            reader.Value<decimal>(3),
            TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(4)),
            reader.Text(5) is { } ends ? CampaignJson.Read<FlightRange<DateTimeOffset>?>(ends) : null,
            reader.Value<DateTimeOffset>(6)
        );
    }

    /// <summary>
    /// What went out by number: in the last hour, and of that in the last minutes. Walked from its end, because row-level security keeps a condition on the indexed
    /// expression from the index (200 ms); more than so many in an hour are not told apart.
    /// </summary>
    public async Task<(Dictionary<InstanceId, int> LastHour, int Now)> RateAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var command = Sql(
            """
            SELECT instance_id, count(*)::int, (count(*) FILTER (WHERE sent_at > $4))::int FROM (
                SELECT instance_id, sent_at FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2
                ORDER BY coalesce(sent_at, '-infinity') DESC, contact_id DESC LIMIT $5
            ) r WHERE sent_at > $3 AND instance_id IS NOT NULL GROUP BY instance_id
            """,
            now.AddHours(-1).ToUniversalTime(),
            (now - SendingRate.Span).ToUniversalTime(),
            MostInAnHour
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (hour, lately) = (new Dictionary<InstanceId, int>(), 0);
        while (await reader.ReadAsync(ct))
        {
            hour[new InstanceId(reader.GetGuid(0))] = reader.GetInt32(1);
            lately += reader.GetInt32(2);
        }

        return (hour, lately);
    }

    public async Task<List<HourFigures>> HoursAsync(CancellationToken ct)
    {
        await using var command = Sql(
            """
            SELECT hour, sent, delivered, read, replied, failed, opted_out FROM campaign_hours WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY hour
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var hours = new List<HourFigures>();
        while (await reader.ReadAsync(ct))
        {
            hours.Add(
                new HourFigures(
                    reader.GetFieldValue<DateTimeOffset>(0),
                    reader.GetInt32(1),
                    reader.GetInt32(2),
                    reader.GetInt32(3),
                    reader.GetInt32(4),
                    reader.GetInt32(5),
                    reader.GetInt32(6)
                )
            );
        }

        return hours;
    }

    public async Task<List<CampaignStep>> StepsAsync(CancellationToken ct)
    {
        await using var command = Sql(
            """
            SELECT at, "from", "to", cause, by_name, detail FROM campaign_changes WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY id LIMIT $3
            """,
            MostSteps
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var steps = new List<CampaignStep>();
        while (await reader.ReadAsync(ct))
        {
            steps.Add(
                new CampaignStep(
                    reader.GetFieldValue<DateTimeOffset>(0),
                    Enum.Parse<CampaignState>(reader.GetString(1)),
                    Enum.Parse<CampaignState>(reader.GetString(2)),
                    Enum.Parse<CampaignCause>(reader.GetString(3)),
                    reader.Text(4),
                    reader.Text(5)
                )
            );
        }

        return steps;
    }

    /// <summary>Names of the numbers that sent of it, deleted ones too, and of its pool's.</summary>
    public async Task<Dictionary<InstanceId, string>> NumbersAsync(RunCounts counts, PoolId? pool, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT i.id, i.name FROM instances i WHERE i.tenant_id = $1 AND (i.id = ANY ($2) OR i.id IN (
                SELECT m.instance_id FROM pool_members m WHERE m.tenant_id = $1 AND m.pool_id = $3 AND m.role IN ('Active', 'Warming')))
            """,
            tenant.Value,
            counts.Cells.Select(c => c.Instance).Where(i => i != default).Distinct().Select(i => i.Value).ToArray(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid, Value = (object?)pool?.Value ?? DBNull.Value }
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new Dictionary<InstanceId, string>();
        while (await reader.ReadAsync(ct))
        {
            names[new InstanceId(reader.GetGuid(0))] = reader.GetString(1);
        }

        return names;
    }

    /// <summary>What the audience's sources are called; null for those that are gone.</summary>
    public async Task<List<(AudienceSource Source, string? Name)>> SourcesAsync(Audience? audience, CancellationToken ct)
    {
        if (audience is null)
        {
            return [];
        }

        await using var command = connection.Sql(
            """
            SELECT id, name FROM segments WHERE tenant_id = $1 AND id = ANY ($2)
            UNION ALL SELECT id, name FROM tags WHERE tenant_id = $1 AND id = ANY ($2)
            UNION ALL SELECT id, file_name FROM contact_imports WHERE tenant_id = $1 AND id = ANY ($2)
            """,
            tenant.Value,
            audience.From.Select(IdOf).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new Dictionary<Guid, string>();
        while (await reader.ReadAsync(ct))
        {
            names[reader.GetGuid(0)] = reader.GetString(1);
        }

        return [.. audience.From.Select(s => (s, names.GetValueOrDefault(IdOf(s))))];
    }

    public async Task<Dictionary<Exclusion, int>> LeftOutAsync(CancellationToken ct)
    {
        await using var command = Sql(
            "SELECT reason, count(*)::int FROM campaign_exclusions WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY reason"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<Exclusion, int>();
        while (await reader.ReadAsync(ct))
        {
            counts[Enum.Parse<Exclusion>(reader.GetString(0))] = reader.GetInt32(1);
        }

        return counts;
    }

    private static Guid IdOf(AudienceSource source) =>
        source switch
        {
            AudienceSource.OfSegment segment => segment.Segment.Value,
            AudienceSource.OfTag tag => tag.Tag.Value,
            AudienceSource.OfImport import => import.Import,
            _ => Guid.Empty,
        };

    private NpgsqlCommand Sql(string sql, params object?[] more) => connection.Sql(sql, [tenant.Value, campaign.Value, .. more]);
}

/// <summary>What of a campaign is in none of the machine's rows.</summary>
/// <param name="PutOffUntil">Before that nobody of the planned is handed over; null: nobody is planned.</param>
internal sealed record LiveExtras(
    string? Detail,
    int ReplyDays,
    string? PoolName,
    decimal? Price,
    TimeZoneInfo Zone,
    FlightRange<DateTimeOffset>? PlannedEnds,
    DateTimeOffset? PutOffUntil
);
