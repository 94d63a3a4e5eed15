using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Persistence;

public sealed class EmbeddedPostgresTests : IAsyncDisposable
{
    private readonly OwnDirectory _directory = new();

    [Fact]
    public async Task First_start_makes_both_roles_without_rights_beyond_the_database()
    {
        await using var postgres = await StartAsync();

        (await AskAsync(postgres.AppConnectionString, "select current_user || ':' || current_database()")).ShouldBe("console_app:console");
        (
            await AskAsync(postgres.OwnerConnectionString, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        ).ShouldBe(false);
        (await AskAsync(postgres.AppConnectionString, "select current_setting('listen_addresses')")).ShouldBe("");
        (await AskAsync(postgres.AppConnectionString, "show server_encoding")).ShouldBe("UTF8");
        await AppRoleCheck.EnsureAsync(postgres.AppConnectionString, postgres.OwnerConnectionString, Ct);
    }

    [Fact]
    public async Task Only_the_account_of_the_server_enters_the_socket_directory()
    {
        await using var postgres = await StartAsync();

        File.GetUnixFileMode(postgres.Home.SocketDirectory)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(postgres.Home.Cluster).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Stopping_ends_the_server_and_the_next_start_finds_the_data()
    {
        await using (var first = await StartAsync())
        {
            await AskAsync(first.OwnerConnectionString, "create table kept as select 42 as answer");
            await first.StopAsync();
            first.PostmasterPid.ShouldBeNull();
            (await AnswersAsync(first)).ShouldBeFalse();
        }

        await using var second = await StartAsync();

        (await AskAsync(second.OwnerConnectionString, "select answer from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task A_killed_server_is_brought_back()
    {
        await using var postgres = await StartAsync();
        var pid = postgres.PostmasterPid.ShouldNotBeNull();

        Process.GetProcessById(pid).Kill();

        await Wait.UntilAsync(() => AnswersAsync(postgres), "the server answers again", 30);
        postgres.PostmasterPid.ShouldNotBeNull().ShouldNotBe(pid);
    }

    [Fact]
    public async Task A_second_start_on_the_same_data_is_refused_and_harms_nothing()
    {
        await using var first = await StartAsync();

        var refusal = await Should.ThrowAsync<DatabaseStartException>(StartAsync);

        refusal.Message.ShouldContain("Another console is already running");
        refusal.Message.ShouldContain(_directory.Path);
        (await AnswersAsync(first)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_killed_consoles_server_is_adopted()
    {
        using var holder = await ClusterHolder.StartAsync(_directory.Path);
        var refusal = await Should.ThrowAsync<DatabaseStartException>(StartAsync);
        refusal.Message.ShouldContain("Another console");
        var pid = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(_directory.Path, "postgres", "cluster", "postmaster.pid"), Ct))[0],
            System.Globalization.CultureInfo.InvariantCulture
        );

        await holder.KillAsync();
        await using var postgres = await StartAsync();

        postgres.PostmasterPid.ShouldBe(pid);
        (await AnswersAsync(postgres)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_whose_socket_was_removed_is_replaced()
    {
        using var holder = await ClusterHolder.StartAsync(_directory.Path);
        await holder.KillAsync();
        var socket = (await File.ReadAllLinesAsync(Path.Combine(_directory.Path, "postgres", "cluster", "postmaster.pid"), Ct))[4];
        Directory.Delete(socket, recursive: true);

        await using var postgres = await StartAsync();

        (await AnswersAsync(postgres)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_process_id_that_is_a_strangers_by_now_does_not_keep_the_server_from_starting()
    {
        await using (await StartAsync()) { }
        using var stranger = Process.Start(StrangerOfTheSameUser())!;
        var pidFile = Path.Combine(_directory.Path, "postgres", "cluster", "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, $"{stranger.Id}\n{_directory.Path}\n0\n5432\n\n\n", Ct);

        await using var postgres = await StartAsync();

        (await AnswersAsync(postgres)).ShouldBeTrue();
        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
    }

    [Fact]
    public async Task Missing_programs_are_named_with_what_to_install()
    {
        var nothing = Path.Combine(_directory.Path, "nothing");
        var refusal = await Should.ThrowAsync<DatabaseStartException>(() => StartAsync(Options with { BinDirectory = nothing }));

        refusal.Message.ShouldContain("apt-get install postgresql");
        refusal.Message.ShouldContain(nothing);
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused()
    {
        await using (await StartAsync()) { }
        var version = Path.Combine(_directory.Path, "postgres", "cluster", "PG_VERSION");
        await File.WriteAllTextAsync(version, "9\n", Ct);

        var refusal = await Should.ThrowAsync<DatabaseStartException>(StartAsync);

        refusal.Message.ShouldContain("was made by PostgreSQL 9");
        refusal.Message.ShouldContain("postgresql-9");
    }

    [Fact]
    public async Task A_refused_start_lets_the_lock_go()
    {
        await Should.ThrowAsync<DatabaseStartException>(() => StartAsync(Options with { BinDirectory = "/nowhere" }));

        await using var postgres = await StartAsync();

        (await AnswersAsync(postgres)).ShouldBeTrue();
    }

    [Fact]
    public async Task As_root_an_unreachable_data_directory_sends_the_cluster_elsewhere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root runs the server as another user.");
        var closed = Path.Combine(_directory.Path, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = Options with
        {
            DataDirectory = Path.Combine(closed, "data"),
            FallbackDirectory = Path.Combine(_directory.Path, "elsewhere"),
        };

        await using var postgres = await StartAsync(options);

        postgres.Home.Base.ShouldStartWith(options.FallbackDirectory);
        (await File.ReadAllTextAsync(Path.Combine(options.DataDirectory, "where-the-database-is.txt"), Ct)).ShouldContain(
            postgres.Home.Base
        );
        (await AnswersAsync(postgres)).ShouldBeTrue();
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    private static ProcessStartInfo StrangerOfTheSameUser()
    {
        string[] command = ["sleep", "60"];
        string[] asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command];
        var words = Environment.IsPrivilegedProcess ? asPostgres : command;
        return new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private EmbeddedPostgresOptions Options => new(_directory.Path) { Durable = false };

    private Task<EmbeddedPostgres> StartAsync() => StartAsync(Options);

    private static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options)
    {
        var postgres = new EmbeddedPostgres(options, NullLogger<EmbeddedPostgres>.Instance);
        await postgres.StartAsync(Ct);
        return postgres;
    }

    private static async Task<bool> AnswersAsync(EmbeddedPostgres postgres)
    {
        try
        {
            return await AskAsync(postgres.AppConnectionString, "select true") is true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }
}
