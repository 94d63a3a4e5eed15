using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Bench;

/// <summary>
/// The console as it is deployed: its own process, its own PostgreSQL with commits on disk, one company with linked numbers, and the sandbox as
/// their gateway. All of it goes when it is disposed of.
/// </summary>
internal sealed partial class World : IAsyncDisposable
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";

    private World(ConsoleProcess console, SandboxProcess sandbox) => (Console, Sandbox) = (console, sandbox);

    public ConsoleProcess Console { get; }

    public SandboxProcess Sandbox { get; }

    public TenantId Tenant { get; private set; }

    public const string Slug = "aurora";

    public IReadOnlyList<LinkedNumber> Numbers { get; private set; } = [];

    /// <summary>The role that row-level security binds: what the console runs as.</summary>
    public NpgsqlDataSource App { get; private set; } = null!;

    /// <summary>The tables' owner, which policies do not bind.</summary>
    public NpgsqlDataSource Owner { get; private set; } = null!;

    /// <summary>The cluster's superuser, for filling and watching it.</summary>
    public NpgsqlDataSource Admin { get; private set; } = null!;

    public string OwnerConnectionString { get; private set; } = "";

    public static async Task<World> StartAsync(int numbers = 8)
    {
        var sandbox = new SandboxProcess();
        Running.Add(sandbox);
        await sandbox.InitializeAsync();
        var console = await ConsoleProcess.StartAsync();
        Running.Add(console);
        var world = new World(console, sandbox);
        await world.ArrangeAsync(numbers);
        return world;
    }

    /// <summary>The session's cookies of the company's owner.</summary>
    public async Task<CookieContainer> SignInAsync()
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies };
        using var http = new HttpClient(handler) { BaseAddress = Console.Address };
        var page = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        var form = Inputs().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value, StringComparer.Ordinal);
        (form["Form.Email"], form["Form.Password"]) = (Email, Password);
        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), content);
        return cookies.GetCookies(Console.Address).Any(c => c.Name == "console-session")
            ? cookies
            : throw new InvalidOperationException($"Signing in failed: {answer.StatusCode}");
    }

    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var connection = await Admin.OpenConnectionAsync();
        await using var command = connection.Sql(sql, values);
        command.CommandTimeout = 1800;
        return await command.ExecuteScalarAsync() is T result ? result : default;
    }

    public Task RunAsync(string sql, params object[] values) => ScalarAsync<object>(sql, values);

    public async Task<long> PendingAsync() => await ScalarAsync<long>("SELECT count(*) FROM journal_pending");

    /// <summary>Until the journal's queue is empty.</summary>
    public async Task DrainAsync()
    {
        while (await PendingAsync() > 0)
        {
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Owner.DisposeAsync();
        await Admin.DisposeAsync();
        foreach (var process in (IAsyncDisposable[])[Console, Sandbox])
        {
            Running.Remove(process);
            await process.DisposeAsync();
        }
    }

    private async Task ArrangeAsync(int numbers)
    {
        var postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(Console.DataDirectory), NullLogger<EmbeddedPostgres>.Instance);
        await postgres.AttachAsync(CancellationToken.None);
        OwnerConnectionString = postgres.OwnerConnectionString;
        App = NpgsqlDataSource.Create(postgres.AppConnectionString);
        Owner = NpgsqlDataSource.Create(OwnerConnectionString);
        Admin = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(OwnerConnectionString) { Username = ClusterProvision.Admin, Timeout = 30 }
        );
        await Console.CommandAsync("tenant", "add", "--name", "Aurora", "--slug", Slug, "--owner-email", Email, "--password", Password);
        Tenant = new TenantId(await ScalarAsync<Guid>("SELECT id FROM tenants WHERE slug = $1", Slug));
        Numbers =
        [
            .. await Task.WhenAll(Enumerable.Range(0, numbers).Select(_ => LinkedNumber.AddAsync(Owner, Tenant, Console.Address, Sandbox))),
        ];
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/?>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inputs();
}
