using System.Diagnostics;
using System.Text;
using System.Text.Json;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Processes;

/// <summary>
/// The sandbox as a process of its own, on a free loopback port: the production client talks to it over real HTTP, and its log survives
/// whatever is killed.
/// </summary>
public sealed partial class SandboxProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("whatsai-sandbox-").FullName;
    private readonly List<SandboxLogLine> _lines = [];
    private long _read;
    private Process? _process;

    public const string Key = "sandbox-test-key";

    /// <summary>Further options as on the command line: <c>--Sandbox:QrLimit=2</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    public Uri Address { get; private set; } = null!;

    public SandboxControl Control { get; private set; } = null!;

    public int ProcessId => _process!.Id;

    public string LogFile => Path.Combine(_folder, "sandbox.jsonl");

    /// <summary>Starts it and waits until it answers. Retries of webhooks start at 100 ms unless an option says otherwise.</summary>
    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = _folder,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "WhatsAI.Web.dll"),
            SandboxProgram.Switch,
            "--urls",
            "http://127.0.0.1:0",
            "--log",
            LogFile,
            "--key",
            Key,
            "--Sandbox:FirstRetryDelay=00:00:00.1",
            // a busy machine must not let the answer overtake the echo
            "--Sandbox:EchoLead=00:00:05",
            "--Sandbox:QrWait=00:00:00.05",
            "--Sandbox:ReconnectDelay=00:00:00.05",
        ];
        foreach (var argument in arguments.Concat(Options))
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        var line = await _process.StandardOutput.ReadLineAsync();
        Address = new Uri(
            line?.StartsWith(SandboxProgram.Ready, StringComparison.Ordinal) == true
                ? line[SandboxProgram.Ready.Length..]
                : throw new InvalidOperationException("The sandbox did not start: " + line)
        );
        Control = new SandboxControl(Address);

        // its output must not fill the pipe
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Every line of the log so far, in order. Only what is new is read, so that it may be asked in a wait.</summary>
    public IReadOnlyList<SandboxLogLine> ReadLog()
    {
        lock (_lines)
        {
            using var stream = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = _read;
            var fresh = new byte[stream.Length - _read];
            stream.ReadExactly(fresh);
            // the last line may be half written
            var whole = fresh.AsSpan(0, fresh.AsSpan().LastIndexOf((byte)'\n') + 1);
            foreach (var line in Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _lines.Add(JsonSerializer.Deserialize<SandboxLogLine>(line, JsonSerializerOptions.Web)!);
            }

            _read += whole.Length;
            return [.. _lines];
        }
    }

    /// <summary>What WhatsApp took from this instance, in order: the judge of what left.</summary>
    public IReadOnlyList<SandboxLogLine> Sends(string instance) => [.. ReadLog().Where(l => l.Kind == "send" && l.Instance == instance)];

    /// <summary>It stands still: connections are taken by the kernel, and nothing answers.</summary>
    public void Freeze() => Signals.Stop(_process!);

    public void Thaw() => Signals.Continue(_process!);

    public async ValueTask DisposeAsync()
    {
        Control?.Dispose();
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            // A test may end it before its time.
            _process = null;
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>A line of the sandbox's log. Kinds: call, send, receipt, webhook, received, read, presence, edit, revoke, state.</summary>
public sealed record SandboxLogLine
{
    public DateTimeOffset At { get; init; }
    public string Kind { get; init; } = "";
    public string? Instance { get; init; }

    /// <summary>The message's id.</summary>
    public string? Message { get; init; }
    public string? Number { get; init; }
    public string? Type { get; init; }
    public string? Text { get; init; }
    public long? Bytes { get; init; }
    public string? Method { get; init; }
    public string? Path { get; init; }

    /// <summary>When a webhook was posted; <see cref="At"/> is when it was answered.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>Of a webhook, its event.</summary>
    public string? Event { get; init; }
    public int? Attempt { get; init; }

    /// <summary>A number (the HTTP status of a call or a webhook's answer; 0 = none) or the name of a receipt.</summary>
    public JsonElement? Status { get; init; }
    public string? State { get; init; }
    public int? Code { get; init; }
}
