using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Crash;

namespace WhatsAI.Tests.Backup;

/// <summary>The real program: a console that runs is backed up, and another place made of the backup is what it was.</summary>
[Collection("crash")]
public sealed partial class BackupTests(RunningConsole running) : IAsyncDisposable
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";
    private static readonly (string Key, string Value) _keyInFile = (MasterKey.Variable, "");

    private readonly OwnDirectory _place = new();
    private readonly ConsoleProcess _console = ConsoleProcess.New(_keyInFile);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_place.Path, "backup");

    [Fact]
    public async Task Backup_of_a_running_console_becomes_the_same_console_elsewhere()
    {
        var file = Encoding.UTF8.GetBytes("um contrato");
        var slug = await FillAsync(_console, file);

        (await _console.CommandAsync("backup", Folder)).ShouldContain("1 media files");
        await ExecuteAsync(_console, "DELETE FROM messages"); // what comes after the backup is not in it
        await using var elsewhere = ConsoleProcess.New(_keyInFile);
        (await elsewhere.CommandAsync("restore", Folder)).ShouldContain("start the console");
        await elsewhere.StartAgainAsync();

        using var person = await SignInAsync(elsewhere);
        (await person.GetStringAsync($"/t/{slug}/inbox", Ct)).ShouldContain("WhatsAI");
        (await AskAsync(elsewhere, "SELECT text FROM messages")).ShouldBe("segue o contrato");
        var media = (Guid)(await AskAsync(elsewhere, "SELECT media_id FROM messages"))!;
        (await person.GetByteArrayAsync($"/t/{slug}/media/{media}", Ct)).ShouldBe(file);
        var box = new SecretBox(MasterKey.Load(null, KeyFile(elsewhere)));
        var key = (string)(await AskAsync(elsewhere, "SELECT encrypted_key FROM gateway_servers"))!;
        box.TryUnprotect(key, GatewayConnections.ServerKeyPurpose, out var secret).ShouldBeTrue();
        secret.ShouldBe("a-gateways-key");
    }

    [Fact]
    public async Task Second_backup_into_the_folder_adds_what_is_new_and_drops_what_is_gone_and_restore_refuses_what_would_harm()
    {
        await FillAsync(_console, "x"u8.ToArray());
        await _console.CommandAsync("backup", Folder);
        await BackUpAgainAsync();

        (await RefusalAsync(_console, "restore")).ShouldContain("Another console is already running");
        await _console.StopAsync();
        (await RefusalAsync(_console, "restore")).ShouldContain("holds a console's data already");

        await using var elsewhere = ConsoleProcess.New(_keyInFile);
        var dump = Path.Combine(Folder, "database.dump");
        File.Move(dump, dump + ".new");
        (await RefusalAsync(elsewhere, "restore")).ShouldContain("no complete backup");
        File.Move(dump + ".new", dump);
        await File.WriteAllTextAsync(KeyFile(elsewhere), "another", Ct);
        (await RefusalAsync(elsewhere, "restore")).ShouldContain("another key");
        File.Delete(KeyFile(elsewhere));
        (await elsewhere.CommandAsync("restore", Folder)).ShouldContain("start the console");
    }

    [Fact]
    public async Task Server_of_ones_own_is_sent_to_its_own_tools()
    {
        await using var console = ConsoleProcess.New(running.Cluster.Settings);

        (await RefusalAsync(console, "backup")).ShouldContain("pg_dump");
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _place.DisposeAsync();
    }

    private async Task BackUpAgainAsync()
    {
        var first = Directory.GetFiles(Path.Combine(Folder, "media"), "*", SearchOption.AllDirectories).Single();
        File.Delete(Path.Combine(_console.MediaDirectory, Path.GetRelativePath(Path.Combine(Folder, "media"), first)));

        (await _console.CommandAsync("backup", Folder)).ShouldContain("0 media files");

        Directory.GetFiles(Path.Combine(Folder, "media"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        File.GetUnixFileMode(Path.Combine(Folder, "master.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.Combine(Folder, "database.dump")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(Folder).Select(Path.GetFileName).Order().ShouldBe(["database.dump", "master.key"]);
    }

    private async Task<string> RefusalAsync(ConsoleProcess console, string verb) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => console.CommandAsync(verb, Folder))).Message;

    /// <summary>A company with a gateway key, a conversation and a file; its address.</summary>
    private static async Task<string> FillAsync(ConsoleProcess console, byte[] file)
    {
        await MigratedCluster.CopyToAsync(console.DataDirectory);
        await console.StartAgainAsync();
        (await console.CommandAsync("tenant", "add", "--name", "Aurora", "--owner-email", Email, "--password", Password)).ShouldContain(
            "owner:"
        );
        var box = new SecretBox(MasterKey.Load(null, KeyFile(console)));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        var place = Path.Combine(console.MediaDirectory, hash[..2], hash[2..4], hash);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await File.WriteAllBytesAsync(place, file, Ct);
        await ExecuteAsync(
            console,
            $"""
            WITH tenant AS (SELECT id AS t FROM tenants), server AS (
                INSERT INTO gateway_servers (id, tenant_id, name, kind, address, encrypted_key, created_at)
                SELECT gen_random_uuid(), t, 'Evolution', 'Evolution', 'http://127.0.0.1:9', '{box.Protect(
                "a-gateways-key",
                GatewayConnections.ServerKeyPurpose
            )}', now() FROM tenant RETURNING id
            ), instance AS (
                INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at)
                SELECT gen_random_uuid(), t, server.id, 'Vendas', '', '{"{}"}', now() FROM tenant, server RETURNING id
            ), conversation AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, group_jid, created_at)
                SELECT gen_random_uuid(), t, instance.id, 'Group', '1@g.us', now() FROM tenant, instance RETURNING id
            ), file AS (
                INSERT INTO media_files (id, tenant_id, hash, size, content_type, stored_at)
                SELECT gen_random_uuid(), t, '{hash}', {file.Length}, 'text/plain', now() FROM tenant RETURNING id
            )
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, media_id, media_state,
                media_attempts, attempts, settle_count)
            SELECT gen_random_uuid(), t, conversation.id, instance.id, 'In', 'Customer', 'Document', 'segue o contrato', '{"{}"}', now(), now(), file.id, 'Ready', 0, 0, 0
            FROM tenant, conversation, instance, file
            """
        );
        return (string)(await AskAsync(console, "SELECT slug FROM tenants"))!;
    }

    /// <summary>As a browser does it, through the form.</summary>
    private static async Task<HttpClient> SignInAsync(ConsoleProcess console)
    {
        var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = console.Address };
        var page = await http.GetStringAsync("/sign-in", Ct);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = Token().Match(page).Groups["value"].Value,
                ["_handler"] = "sign-in",
                ["Form.Email"] = Email,
                ["Form.Password"] = Password,
            }
        );
        using var answer = await http.PostAsync("/sign-in", form, Ct);
        answer.EnsureSuccessStatusCode();
        answer.RequestMessage!.RequestUri!.AbsolutePath.ShouldStartWith("/t/");
        return http;
    }

    private static async Task<object?> AskAsync(ConsoleProcess console, string sql)
    {
        await using var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions(console.DataDirectory),
            NullLogger<EmbeddedPostgres>.Instance
        );
        await postgres.AttachAsync(Ct);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(postgres.OwnerConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }

    /// <summary>Beside the cluster, which root's console can put here: the place is below /tmp.</summary>
    private static string KeyFile(ConsoleProcess console) => Path.Combine(console.DataDirectory, "master.key");

    private static Task ExecuteAsync(ConsoleProcess console, string sql) => AskAsync(console, sql);

    [GeneratedRegex("""name="__RequestVerificationToken" value="(?<value>[^"]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
