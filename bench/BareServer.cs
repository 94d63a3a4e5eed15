using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace WhatsAI.Bench;

/// <summary>
/// The machine's own limit, as a process of its own like the console: one endpoint on Kestrel that stores the body with plain Npgsql and nothing else
/// (one INSERT each, or all that came together in one), or one Blazor page of 40 and 40 rows and nothing else.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    public const string Switch = "bare";
    private const string Ready = "bare server on ";
    private readonly Process _process;

    private BareServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <param name="kind">single, grouped or page.</param>
    public static async Task<BareServer> StartAsync(string kind, string database = "none")
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        Array.ForEach([typeof(BareServer).Assembly.Location, Switch, kind, database], start.ArgumentList.Add);
        // As the console: the web SDK's default.
        start.Environment["DOTNET_gcServer"] = "1";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? "";
        _ = process.StandardOutput.ReadToEndAsync();
        var server = new BareServer(process, new Uri(line[Ready.Length..]));
        Running.Add(server);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Running.Remove(this);
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var (kind, database) = (args[1], args[2]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        if (kind == "page")
        {
            BarePage.Add(builder);
        }

        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await using var source = kind == "page" ? null : NpgsqlDataSource.Create(database);
        switch (kind)
        {
            case "page":
                BarePage.Map(app);
                break;
            case "single":
                app.Run(context => StoreAsync(context, body => InsertAsync(source!, [body])));
                break;
            default:
                var groups = new GroupedInserts(bodies => InsertAsync(source!, bodies));
                app.Run(context => StoreAsync(context, groups.AddAsync));
                break;
        }

        await app.StartAsync();
        await Console.Out.WriteLineAsync(Ready + app.Urls.First());
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public const string Table =
        "CREATE TABLE IF NOT EXISTS bench_journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, received_at timestamptz NOT NULL, body bytea NOT NULL)";

    private static async Task StoreAsync(HttpContext context, Func<byte[], Task> store)
    {
        var body = new byte[(int)context.Request.ContentLength!];
        await context.Request.Body.ReadExactlyAsync(body);
        await store(body);
        context.Response.ContentLength = 0;
    }

    private static async Task InsertAsync(NpgsqlDataSource source, byte[][] bodies)
    {
        await using var command = source.CreateCommand("INSERT INTO bench_journal (received_at, body) SELECT now(), unnest($1)");
        if (bodies is [var one])
        {
            command.CommandText = "INSERT INTO bench_journal (received_at, body) VALUES (now(), $1)";
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = one });
        }
        else
        {
            command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = bodies });
        }

        await command.ExecuteNonQueryAsync();
    }
}
