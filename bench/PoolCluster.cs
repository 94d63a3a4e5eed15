using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Bench;

/// <summary>A PostgreSQL with commits on disk, and a company of many numbers in pools of twenty.</summary>
internal sealed class PoolCluster : IAsyncDisposable
{
    public const int OfPool = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly OwnDirectory _directory = new();
    private EmbeddedPostgres _postgres = null!;

    public TenantId Tenant { get; } = Id.New<TenantId>(DateTimeOffset.UtcNow);

    /// <summary>The role that row-level security binds.</summary>
    public NpgsqlDataSource App { get; private set; } = null!;

    /// <summary>The same role, as the console's shared transactions use it.</summary>
    public SendDatabase Sends { get; private set; } = null!;

    /// <summary>Where that role connects, for services of the console's.</summary>
    public string AppAddress => _postgres.AppConnectionString;

    public string OwnerAddress => _postgres.OwnerConnectionString;

    /// <summary>The superuser, for filling and watching.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public static async Task<PoolCluster> StartAsync(int numbers)
    {
        var cluster = new PoolCluster();
        Running.Add(cluster);
        await cluster.OpenAsync();
        await Migrator.MigrateAsync(
            cluster._postgres.OwnerConnectionString,
            new NpgsqlConnectionStringBuilder(cluster._postgres.AppConnectionString).Username!
        );
        // The module is loaded at a start only.
        await cluster.RunAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        await cluster.CloseAsync();
        await cluster.OpenAsync();
        await cluster.RunAsync("CREATE EXTENSION pg_stat_statements");
        await cluster.RunAsync("ALTER SYSTEM SET pg_stat_statements.track_planning = on");
        await cluster.RunAsync("SELECT pg_reload_conf()");
        await cluster.FillAsync(numbers);
        return cluster;
    }

    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        await using var command = connection.Sql(sql, values);
        command.CommandTimeout = 1800;
        return await command.ExecuteScalarAsync() is T result ? result : default;
    }

    public Task RunAsync(string sql, params object[] values) => ScalarAsync<object>(sql, values);

    /// <summary>As a pool's row keeps it: every hour of the week, as much as is ever allowed.</summary>
    public static string Pace { get; } =
        JsonSerializer.Serialize(
            new PacePolicy
            {
                Window = new SendingWindow([.. Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 0, 24 * 60))]),
                HourlyCap = PaceFloor.PerHour,
                DailyCap = PaceFloor.PerDay,
            },
            Json
        );

    /// <summary>Messages to people nobody knows, spread over the pools from the first on.</summary>
    public Task FeedAsync(int pools, int messages) => FeedAsync(Admin, pools, messages);

    /// <inheritdoc cref="FeedAsync(int, int)"/>
    public static async Task FeedAsync(NpgsqlDataSource admin, int pools, int messages)
    {
        await using var connection = await admin.OpenConnectionAsync();
        foreach (var table in new[] { "pool_messages", "pool_queues", "campaign_signals" })
        {
            await using var command = connection.Sql($"SET session_replication_role = replica; DELETE FROM {table}");
            command.CommandTimeout = 1800;
            await command.ExecuteNonQueryAsync();
        }

        foreach (
            var sql in new[]
            {
                "INSERT INTO campaign_signals (tenant_id, campaign_id, name, sent, failed, skipped, opted_out, blocks, held_why, created_at) "
                    + "SELECT tenant_id, id, name, 0, 0, 0, 0, 0, '{}', now() FROM (SELECT * FROM pools ORDER BY name LIMIT $1) p WHERE $2 > 0",
                "INSERT INTO pool_queues (tenant_id, pool_id, campaign_id, priority, waiting) "
                    + "SELECT tenant_id, id, id, 0, $2 / $1 FROM (SELECT * FROM pools ORDER BY name LIMIT $1) p",
                """
                    INSERT INTO pool_messages (id, tenant_id, pool_id, campaign_id, priority, phone, body, client_key, queued_at, not_before, attempts)
                    SELECT gen_random_uuid(), p.tenant_id, p.id, p.id, 0, '+55119' || (60000000 + (random() * 39999999)::int), $3::jsonb, gen_random_uuid(), now(), now(), 0
                    FROM (SELECT * FROM pools ORDER BY name LIMIT $1) p, generate_series(1, $2 / $1)
                    """,
            }
        )
        {
            await using var command = connection.Sql(
                sql,
                sql.Contains("$3", StringComparison.Ordinal)
                    ? [pools, messages, MessageBodyJson.Write(new TextBody("Olá! Esta semana temos condições especiais."))]
                    : [pools, messages]
            );
            command.CommandTimeout = 1800;
            await command.ExecuteNonQueryAsync();
        }

        foreach (var end in new[] { "RESET session_replication_role", "VACUUM (ANALYZE) pool_messages", "CHECKPOINT" })
        {
            await using var command = connection.Sql(end);
            command.CommandTimeout = 1800;
            await command.ExecuteNonQueryAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _directory.DisposeAsync();
        Running.Remove(this);
    }

    private async Task OpenAsync()
    {
        _postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(_directory.Path), NullLogger<EmbeddedPostgres>.Instance);
        await _postgres.StartAsync();
        App = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_postgres.AppConnectionString) { MaxPoolSize = 80 });
        Sends = new SendDatabase(_postgres.AppConnectionString);
        Admin = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_postgres.OwnerConnectionString) { Username = ClusterProvision.Admin, MaxPoolSize = 2 }
        );
    }

    private async Task CloseAsync()
    {
        await App.DisposeAsync();
        await Sends.DisposeAsync();
        await Admin.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task FillAsync(int numbers)
    {
        var t = Tenant.Value;
        await RunAsync(
            "INSERT INTO tenants (id, name, slug, time_zone, language, sends_read_receipts, opt_out_words, created_at) VALUES ($1, 'Aurora', 'aurora', 'America/Sao_Paulo', 'pt-BR', true, '{}', now())",
            t
        );
        await RunAsync(
            "INSERT INTO gateway_servers (id, tenant_id, name, kind, address, encrypted_key, created_at) VALUES ($1, $1, 'S', 'Evolution', 'http://127.0.0.1:9', '', now())",
            t
        );
        await RunAsync(
            """
            INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at)
            SELECT gen_random_uuid(), $1, 'Pool ' || lpad(n::text, 4, '0'), false, 'LeastUsed', true, $3::jsonb, 0, '{}', now() FROM generate_series(1, $2) n
            """,
            t,
            numbers / OfPool,
            Pace
        );
        await RunAsync(
            """
            INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at)
            SELECT gen_random_uuid(), $1, $1, 'N' || lpad(n::text, 6, '0'), '', '{}', now() - interval '3 years' FROM generate_series(1, $2) n
            """,
            t,
            numbers
        );
        await RunAsync(
            "INSERT INTO instance_statuses (tenant_id, instance_id, state, state_since, qr_count) SELECT tenant_id, id, 'Open', now(), 0 FROM instances"
        );
        await RunAsync(
            """
            INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
            SELECT i.tenant_id, i.id, p.id, 'Active', now(), 'ByPerson'
            FROM (SELECT *, row_number() OVER (ORDER BY name) AS n FROM instances) i
            JOIN (SELECT *, row_number() OVER (ORDER BY name) AS n FROM pools) p ON p.n = (i.n - 1) / $1 + 1
            """,
            OfPool
        );
        await RunAsync(
            """
            INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
            SELECT tenant_id, id, '2023-01-01', '-infinity', 0, 0, '-infinity', 0, 0 FROM instances
            """
        );
        await RunAsync(
            "INSERT INTO work_list (kind, instance_id, tenant_id, epoch) SELECT unnest($1), id, tenant_id, 0 FROM instances",
            (object)Enum.GetNames<WorkKind>()
        );
        await RunAsync("VACUUM (ANALYZE)");
    }
}
