using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Crash;

namespace WhatsAI.Tests.Persistence;

/// <summary>A database of the version before, with a company's data, becomes this version's, whatever happens to who does it.</summary>
[Collection("failures")]
public sealed class UpgradeTests : IAsyncLifetime
{
    private readonly Guid _tenant = Guid.CreateVersion7();
    private OwnCluster _cluster = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await OwnCluster.StartAsync(migrated: false);

    [Fact]
    public async Task Data_of_the_version_before_is_whole_after_the_upgrade()
    {
        var before = await DowngradeAsync(^2);
        await FillAsync();

        await Migrator.MigrateAsync(_cluster.Owner, "console_app", Ct);

        await ShouldBeUpgradedAsync();
        (await AskAsync($"SELECT count(*) FROM \"{Migrator.HistoryTable}\" WHERE \"MigrationId\" > '{before}'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Two_copies_that_start_together_upgrade_it_once()
    {
        await DowngradeAsync(^2);
        await FillAsync();

        var copies = await Task.WhenAll(ConsoleProcess.StartAsync(_cluster.Settings), ConsoleProcess.StartAsync(_cluster.Settings));

        await ShouldBeUpgradedAsync();
        foreach (var copy in copies)
        {
            copy.Complaints().ShouldBeEmpty();
            await copy.DisposeAsync();
        }
    }

    [Fact]
    public async Task Killed_half_way_the_next_start_completes_it()
    {
        // From the first version on: some step stops at a table that somebody holds who writes.
        await DowngradeAsync(0);
        await FillAsync();
        await using var writers = await OpenAsync(_cluster.Owner);
        await using (await writers.BeginTransactionAsync(Ct))
        {
            await RunAsync(writers, "SET LOCAL idle_in_transaction_session_timeout = 0");
            await RunAsync(writers, await TablesAsync(writers));
            await using var first = ConsoleProcess.New(_cluster.Settings);
            var starting = first.StartAgainAsync();
            await Wait.UntilAsync(async () => await AskAsync(WaitingSql) is > 0L, "the upgrade waits for the writers");

            await first.KillHardAsync();
            await Should.ThrowAsync<Exception>(() => starting); // it never became ready
        }

        (await MigratedAsync()).ShouldBeFalse();
        await using var next = await ConsoleProcess.StartAsync(_cluster.Settings);

        await ShouldBeUpgradedAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>Migrations make the database up to this one and no further; its name.</summary>
    private async Task<string> DowngradeAsync(Index last)
    {
        await using var db = new ConsoleDb(
            new DbContextOptionsBuilder<ConsoleDb>()
                .UseNpgsql(_cluster.Owner, o => o.MigrationsHistoryTable(Migrator.HistoryTable))
                .Options,
            new CurrentTenant()
        );
        var migration = db.Database.GetMigrations().ToArray()[last];
        await db.GetService<IMigrator>().MigrateAsync(migration, Ct);
        (await MigratedAsync()).ShouldBeFalse();
        return migration;
    }

    /// <summary>In columns that the first version had and every later one keeps.</summary>
    private async Task FillAsync()
    {
        await using var owner = await OpenAsync(_cluster.Owner);
        await RunAsync(
            owner,
            $$"""
            INSERT INTO tenants (id, name, slug, time_zone, language, sends_read_receipts, opt_out_words, created_at)
            VALUES ('{{_tenant}}', 'Aurora', 'aurora', 'America/Sao_Paulo', 'pt-BR', true, '{sair}', now());
            INSERT INTO gateway_servers (id, tenant_id, name, kind, address, encrypted_key, created_at)
            VALUES (gen_random_uuid(), '{{_tenant}}', 'S', 'Evolution', 'http://127.0.0.1:9', '', now());
            INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at)
            SELECT gen_random_uuid(), tenant_id, id, 'Vendas', '', '{}', now() FROM gateway_servers;
            INSERT INTO instance_statuses (tenant_id, instance_id, state, state_since, qr_count) SELECT tenant_id, id, 'Open', now(), 0 FROM instances;
            INSERT INTO conversations (id, tenant_id, instance_id, kind, group_jid, created_at)
            SELECT gen_random_uuid(), tenant_id, id, 'Group', i || '@g.us', now() FROM instances, generate_series(1, 50) i;
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, media_attempts, attempts,
                settle_count, delivery, lane)
            SELECT gen_random_uuid(), tenant_id, id, instance_id, 'Out', 'Agent', 'Text', 'resposta ' || i, '{}', now(), now(), 0, 0, 0, 'Read', 0
            FROM conversations, generate_series(1, 40) i;
            INSERT INTO journal (tenant_id, instance_id, received_at, body, done_at) SELECT tenant_id, id, now(), '{}', now() FROM instances;
            """
        );
    }

    private async Task ShouldBeUpgradedAsync()
    {
        (await MigratedAsync()).ShouldBeTrue();
        (await AskAsync("SELECT count(*) FROM messages WHERE text LIKE 'resposta %' AND delivery = 'Read'")).ShouldBe(2_000L);
        (await AskAsync("SELECT count(*) FROM conversations")).ShouldBe(50L);
        // As the program sees it: what a migration adds, the app role may use, behind the wall.
        await using var app = await OpenAsync(_cluster.App);
        await using var command = new NpgsqlCommand($"SELECT set_config('app.tenant', '{_tenant}', false)", app);
        await command.ExecuteNonQueryAsync(Ct);
        await using var db = new ConsoleDb(new DbContextOptionsBuilder<ConsoleDb>().UseNpgsql(app).Options, new CurrentTenant());
        foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()).Distinct())
        {
            await using var look = new NpgsqlCommand($"SELECT count(*) FROM {table}", app);
            var rows = (long)(await look.ExecuteScalarAsync(Ct))!;
            (table, rows).ShouldBe((table, table == "messages" ? 2_000 : rows));
        }
    }

    private async Task<bool> MigratedAsync()
    {
        await using var owner = await OpenAsync(_cluster.Owner);
        return await MigrationState.IsCurrentAsync(owner, Ct);
    }

    private const string WaitingSql =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted AND relation::regclass::text <> '__ef_migrations'";

    private static async Task<string> TablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT 'LOCK TABLE ' || string_agg(tablename, ', ') || ' IN ROW EXCLUSIVE MODE' FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1",
            connection
        )
        {
            Parameters = { new() { Value = Migrator.HistoryTable } },
        };
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }

    private async Task<object?> AskAsync(string sql)
    {
        await using var owner = await OpenAsync(_cluster.Owner);
        await using var command = new NpgsqlCommand(sql, owner);
        return await command.ExecuteScalarAsync(Ct);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        return connection;
    }
}
