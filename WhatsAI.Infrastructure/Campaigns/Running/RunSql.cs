using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Running;

/// <summary>A launched campaign as its turn finds it.</summary>
internal sealed record CampaignRun(TenantId Tenant, CampaignId Id)
{
    public required string Name { get; init; }

    public required CampaignState State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    public required CampaignCause? Cause { get; init; }

    /// <summary>The database's clock at the beginning of the turn.</summary>
    public required DateTimeOffset Now { get; init; }

    // What was launched. A draft that was launched before and is cleared away has none.
    public Audience? Audience { get; init; }

    public CampaignLaunch? Launched { get; init; }

    public VariantSet? Variants { get; init; }

    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    public PoolId? Pool { get; init; }

    public CampaignSchedule? Schedule { get; init; }

    public IReadOnlyList<OpenSpan> Hours { get; init; } = [];

    public CanaryPolicy Canary { get; init; } = new();

    public MediaId? Media { get; init; }

    public MessageBody? File { get; init; }

    // How far the machine is.
    public ContactId? Cursor { get; init; }

    public DateTimeOffset? PreparedAt { get; init; }

    public int Recipients { get; init; }

    public int Excluded { get; init; }

    public bool CanaryPassed { get; init; }

    public DateTimeOffset? LastSentAt { get; init; }

    public int LastWaiting { get; init; }

    public BrakeState Brake { get; init; } = BrakeState.Free;

    public DateTimeOffset? BrakeSince { get; init; }

    public int BrakeReleased { get; init; }

    public DateTimeOffset? BrakeLookedAt { get; init; }

    public CampaignTally? Accepted { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    // The lane's switch.
    public DateTimeOffset? HeldAt { get; init; }

    public IReadOnlyList<string> HeldWhy { get; init; } = [];

    public (UserId Id, string Name)? HeldBy { get; init; }

    public (UserId Id, string Name)? ReleasedBy { get; init; }

    public DateTimeOffset? ReleasedAt { get; init; }
}

/// <summary>The machine's own row of a campaign. The connection has entered the tenant.</summary>
internal static class RunSql
{
    /// <summary>Waits for whoever has it: a turn is short.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT 1 FROM campaign_runs WHERE tenant_id = $1 AND campaign_id = $2 FOR UPDATE",
            tenant.Value,
            campaign.Value
        );
        await command.ExecuteScalarAsync(ct);
    }

    private const string Select = """
        SELECT c.name, c.state, c.state_since, c.cause, now(), c.audience, c.launched, c.variants, c.values, c.pool_id, c.schedule, c.hours, c.canary,
            c.media_id, c.file, r.cursor, r.prepared_at, r.recipients, r.canary_passed, r.last_sent_at, r.last_waiting, r.brake, r.brake_since,
            r.brake_released, r.brake_looked_at, r.accepted, r.accepted_at, s.held_at, s.held_why, s.held_by, s.held_by_name, s.released_by,
            s.released_by_name, s.released_at, r.excluded
        FROM campaign_runs r
        JOIN campaigns c ON c.tenant_id = $1 AND c.id = r.campaign_id
        LEFT JOIN campaign_signals s ON s.tenant_id = $1 AND s.campaign_id = r.campaign_id
        WHERE r.tenant_id = $1 AND r.campaign_id = $2
        """;

    /// <summary>Locked until the end of the transaction; null: there is none, or somebody else has it.</summary>
    public static Task<CampaignRun?> TakeAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct) =>
        OneAsync(connection.Sql($"{Select} FOR UPDATE OF r SKIP LOCKED", tenant.Value, campaign.Value), tenant, campaign, ct);

    /// <summary>As it is, for whoever only looks; null: there is none.</summary>
    public static Task<CampaignRun?> LookAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct) =>
        OneAsync(connection.Sql(Select, tenant.Value, campaign.Value), tenant, campaign, ct);

    private static async Task<CampaignRun?> OneAsync(NpgsqlCommand command, TenantId tenant, CampaignId campaign, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            return await reader.ReadAsync(ct) ? Read(reader, tenant, campaign) : null;
        }
    }

    public static async Task BrakeAsync(NpgsqlConnection connection, CampaignRun run, BrakeState brake, CancellationToken ct)
    {
        var changed = brake != run.Brake;
        await using var command = connection.Sql(
            """
            UPDATE campaign_runs SET brake = $3, brake_looked_at = now(), brake_since = CASE WHEN $4 THEN now() ELSE brake_since END,
                brake_released = CASE WHEN $4 THEN 0 ELSE brake_released END
            WHERE tenant_id = $1 AND campaign_id = $2
            """,
            run.Tenant.Value,
            run.Id.Value,
            brake.Factor,
            changed
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first part came back well, or a person let the rest go.</summary>
    public static async Task PassAsync(NpgsqlConnection connection, TenantId tenant, CampaignId campaign, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE campaign_runs SET canary_passed = true WHERE tenant_id = $1 AND campaign_id = $2",
            tenant.Value,
            campaign.Value
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A person let it go on and knew how it stands: that alone stops it no second time.</summary>
    public static async Task AcceptAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        CampaignTally tally,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "UPDATE campaign_runs SET accepted = $3::jsonb, accepted_at = now() WHERE tenant_id = $1 AND campaign_id = $2",
            tenant.Value,
            campaign.Value,
            CampaignJson.Write(tally)
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>When the campaign is to be looked at again; null: when there is news of it, or somebody wants something.</summary>
    public static async Task DueAsync(NpgsqlConnection connection, CampaignId campaign, TimeSpan? again, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE campaign_work SET due_at = now() + $2 WHERE campaign_id = $1",
            campaign.Value,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval, Value = (object?)again ?? DBNull.Value }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static CampaignRun Read(NpgsqlDataReader r, TenantId tenant, CampaignId campaign) =>
        new(tenant, campaign)
        {
            Name = r.GetString(0),
            State = Enum.Parse<CampaignState>(r.GetString(1)),
            StateSince = r.GetFieldValue<DateTimeOffset>(2),
            Cause = r.IsDBNull(3) ? null : Enum.Parse<CampaignCause>(r.GetString(3)),
            Now = r.GetFieldValue<DateTimeOffset>(4),
            Audience = Json<Audience>(r, 5),
            Launched = Json<CampaignLaunch>(r, 6),
            Variants = Json<VariantSet>(r, 7),
            Values = Json<Dictionary<string, string>>(r, 8) ?? [],
            Pool = r.IsDBNull(9) ? null : new PoolId(r.GetGuid(9)),
            Schedule = Json<CampaignSchedule>(r, 10),
            Hours = Json<List<OpenSpan>>(r, 11) ?? [],
            Canary = Json<CanaryPolicy>(r, 12) ?? new CanaryPolicy(),
            Media = r.IsDBNull(13) ? null : new MediaId(r.GetGuid(13)),
            File = r.IsDBNull(14) ? null : MessageBodyJson.Read(r.GetString(14)),
            Cursor = r.IsDBNull(15) ? null : new ContactId(r.GetGuid(15)),
            PreparedAt = Time(r, 16),
            Recipients = r.GetInt32(17),
            CanaryPassed = r.GetBoolean(18),
            LastSentAt = Time(r, 19),
            LastWaiting = r.GetInt32(20),
            Brake = new BrakeState(r.GetDouble(21)),
            BrakeSince = Time(r, 22),
            BrakeReleased = r.GetInt32(23),
            BrakeLookedAt = Time(r, 24),
            Accepted = Json<CampaignTally>(r, 25),
            AcceptedAt = Time(r, 26),
            HeldAt = Time(r, 27),
            HeldWhy = r.IsDBNull(28) ? [] : r.GetFieldValue<string[]>(28),
            HeldBy = Person(r, 29),
            ReleasedBy = Person(r, 31),
            ReleasedAt = Time(r, 33),
            Excluded = r.GetInt32(34),
        };

    private static (UserId Id, string Name)? Person(NpgsqlDataReader r, int column) =>
        r.IsDBNull(column) ? null : (new UserId(r.GetGuid(column)), r.IsDBNull(column + 1) ? "" : r.GetString(column + 1));

    private static DateTimeOffset? Time(NpgsqlDataReader r, int column) =>
        r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);

    private static T? Json<T>(NpgsqlDataReader r, int column)
        where T : class => r.IsDBNull(column) ? null : CampaignJson.Read<T>(r.GetString(column));
}
