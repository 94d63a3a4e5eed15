using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Processes;

/// <summary>
/// The real console as a process of its own, in Production, on one loopback port for its whole life, so that what a gateway was told stays true across
/// restarts. Without connection strings it runs its embedded PostgreSQL, which outlives a kill.
/// </summary>
internal sealed class ConsoleProcess : IAsyncDisposable
{
    /// <summary>What this run's secrets are encrypted under, known to whoever arranges them.</summary>
    public static readonly string MasterKeyText = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly OwnDirectory _directory = new();
    private readonly (string Key, string Value)[] _settings;
    private readonly HttpClient _http;
    private Process? _process;

    private ConsoleProcess((string Key, string Value)[] settings)
    {
        _settings = settings;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        _http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
    }

    public Uri Address { get; }

    public HttpClient Http => _http;

    /// <summary>Changes with each start.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Where the embedded cluster is.</summary>
    public string DataDirectory => _directory.Path;

    /// <summary>Where it keeps files, unless a setting says otherwise.</summary>
    public string MediaDirectory => Path.Combine(_directory.Path, "data", "media");

    private string Output => Path.Combine(_directory.Path, "output.txt");

    /// <summary>Returns when it is ready.</summary>
    public static async Task<ConsoleProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var console = new ConsoleProcess(settings);
        await console.StartAgainAsync();
        return console;
    }

    /// <summary>Not started yet.</summary>
    public static ConsoleProcess New(params (string Key, string Value)[] settings) => new(settings);

    /// <summary>One of the program's commands, on this console's data: <c>tenant add …</c>. What it said.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it said is in the message.</exception>
    public async Task<string> CommandAsync(params string[] command)
    {
        var output = Path.Combine(_directory.Path, "command.txt");
        File.Delete(output);
        using var process = Process.Start(Command(output, command))!;
        await process.WaitForExitAsync();
        var said = await File.ReadAllTextAsync(output);
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"The command failed:\n{said}");
    }

    /// <summary>The warnings and errors of its log so far, for a failure's report.</summary>
    public IReadOnlyList<string> Complaints() =>
        [
            .. File.ReadLines(Output)
                .Where(l => l.Contains("WRN]", StringComparison.Ordinal) || l.Contains("ERR]", StringComparison.Ordinal)),
        ];

    /// <summary>The last lines of its log, for a failure's report.</summary>
    public IReadOnlyList<string> LastLines(int count) => [.. File.ReadLines(Output).TakeLast(count)];

    /// <summary>SIGKILL to this one process: nothing of it runs to an end.</summary>
    public async Task KillHardAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, and until it has ended.</summary>
    public async Task StopAsync()
    {
        Signals.Terminate(_process!);
        await _process!.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP: it stands still where it is, its connections open.</summary>
    public void Freeze() => Signals.Stop(_process!);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signals.Continue(_process!);

    /// <summary>Returns when it is ready; how long that took.</summary>
    public async Task<TimeSpan> StartAgainAsync()
    {
        var watch = Stopwatch.StartNew();
        _process = Process.Start(Command(Output))!;
        while (!await IsReadyAsync())
        {
            if (watch.Elapsed > _patience)
            {
                throw new TimeoutException($"The console is not ready: {Address}\n" + await File.ReadAllTextAsync(Output));
            }

            await Task.Delay(25);
        }

        return watch.Elapsed;
    }

    /// <summary>What /health/ready says.</summary>
    public async Task<HttpStatusCode> ReadinessAsync()
    {
        using var answer = await _http.GetAsync("/health/ready");
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillHardAsync();
        }

        _http.Dispose();
        await _directory.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException("The console did not start:\n" + await File.ReadAllTextAsync(Output));
        }

        try
        {
            return await ReadinessAsync() == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private ProcessStartInfo Command(string output, params string[] command)
    {
        // The shell becomes the console. Its output goes to a file: a pipe would be held open by the PostgreSQL that outlives it.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = _directory.Path };
        string[] arguments =
        [
            "-c",
            "exec dotnet \"$@\" >>\"$0\" 2>&1",
            output,
            Path.Combine(AppContext.BaseDirectory, "WhatsAI.Web.dll"),
            .. command,
            "--contentRoot",
            _directory.Path,
            "--urls",
            Address.ToString().TrimEnd('/'),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment[MasterKey.Variable] = MasterKeyText;
        start.Environment["Database__DataDirectory"] = _directory.Path;
        start.Environment["Outgoing__AllowPrivateGateways"] = "true";
        start.Environment["Console__PublicAddress"] = Address.ToString();
        foreach (var (key, value) in _settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
