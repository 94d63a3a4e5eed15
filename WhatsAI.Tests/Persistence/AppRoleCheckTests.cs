using System.Diagnostics;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Persistence;

public sealed class AppRoleCheckTests
{
    [Fact]
    public async Task A_role_that_the_walls_would_not_bind_is_refused()
    {
        await using var directory = new OwnDirectory();
        await using var postgres = await StartAsync(directory);

        await RefusesAsync("super", "create role super login superuser", "a superuser");
        await RefusesAsync("bypass", "create role bypass login bypassrls", "BYPASSRLS");
        await RefusesAsync("joined", "create role joined login in role bypass", "BYPASSRLS");
        await RefusesAsync("tabled", "create role tabled login; create table t (id int); alter table t owner to tabled", "owns tables");
        await RefusesAsync("based", "create role based login; create database based owner based", "owns the database", "based");

        async Task RefusesAsync(string role, string sql, string reason, string database = "postgres")
        {
            await RunAsync(postgres, sql, "postgres");
            var app = ClusterProvision.ConnectionString(postgres.Home.SocketDirectory, role, database, pooled: false);
            var refusal = await Should.ThrowAsync<DatabaseStartException>(() => AppRoleCheck.EnsureAsync(app, null, Ct));
            refusal.Message.ShouldContain(reason);
            refusal.Message.ShouldContain(role);
            refusal.Message.ShouldContain("docs/roles.sql");
        }
    }

    [Fact]
    public async Task One_role_for_both_is_refused()
    {
        await using var directory = new OwnDirectory();
        await using var postgres = await StartAsync(directory);
        var app = postgres.AppConnectionString;

        var refusal = await Should.ThrowAsync<DatabaseStartException>(() => AppRoleCheck.EnsureAsync(app, app, Ct));

        refusal.Message.ShouldContain("ConsoleOwner");
    }

    [Fact]
    public async Task The_roles_of_the_script_pass_and_a_second_run_changes_nothing()
    {
        await using var directory = new OwnDirectory();
        await using var postgres = await StartAsync(directory);
        await RunAsync(postgres, "drop database console with (force)", "postgres");
        await RunAsync(postgres, "drop owned by console_app; drop owned by console_owner", "postgres");
        await RunAsync(postgres, "drop role console_app; drop role console_owner", "postgres");

        await RunScriptAsync(postgres);
        await RunScriptAsync(postgres);
        await Migrator.MigrateAsync(postgres.OwnerConnectionString, "console_app", Ct);

        await AppRoleCheck.EnsureAsync(postgres.AppConnectionString, postgres.OwnerConnectionString, Ct);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_in_a_sentence_without_the_password()
    {
        const string Nowhere = "Host=127.0.0.1;Port=1;Username=console_app;Password=hidden-word;Timeout=2";

        var refusal = await Should.ThrowAsync<DatabaseStartException>(() => AppRoleCheck.EnsureAsync(Nowhere, null, Ct));

        refusal.Message.ShouldContain("ConnectionStrings:Console");
        refusal.ToString().ShouldNotContain("hidden-word");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<EmbeddedPostgres> StartAsync(OwnDirectory directory)
    {
        var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions(directory.Path) { Durable = false },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedPostgres>.Instance
        );
        await postgres.StartAsync(Ct);
        return postgres;
    }

    private static async Task RunAsync(EmbeddedPostgres postgres, string sql, string database)
    {
        var admin = ClusterProvision.ConnectionString(postgres.Home.SocketDirectory, ClusterProvision.Admin, database, pooled: false);
        await using var source = NpgsqlDataSource.Create(admin);
        foreach (var statement in sql.Split(';')) // CREATE DATABASE wants to be alone
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    private static async Task RunScriptAsync(EmbeddedPostgres postgres)
    {
        var script = Path.Combine(Repository.Root, "docs", "roles.sql");
        var start = new ProcessStartInfo(
            "psql",
            ["-X", "-q", "-h", postgres.Home.SocketDirectory, "-U", ClusterProvision.Admin, "-f", script, "postgres"]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            Environment = { ["CONSOLE_OWNER_PASSWORD"] = "own'er", ["CONSOLE_APP_PASSWORD"] = "a\"pp" },
        };
        using var psql = Process.Start(start)!;
        var errors = await psql.StandardError.ReadToEndAsync(Ct);
        await psql.WaitForExitAsync(Ct);
        errors.Replace("NOTICE:", "", StringComparison.Ordinal).ShouldNotContain("ERROR");
        psql.ExitCode.ShouldBe(0);
    }
}
