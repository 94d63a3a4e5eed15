using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WhatsAI.Bench;

/// <summary>
/// A person's open page without a browser: it speaks the circuit protocol, confirms every render batch, and answers for the browser's scripts as
/// far as the server waits for them. A virtualized list is told that it stands at its top in a window of 720 pixels.
/// </summary>
internal sealed partial class Circuit : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private readonly CircuitSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _calls = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _page;
    private volatile Awaited? _awaited;
    private string _circuitId = "";
    private readonly Dictionary<long, string> _modules = [];
    private int _references;
    private int _nextCall;
    private string[] _markers = [];
    private string _state = "";

    private Circuit(Uri page) => _page = page;

    /// <summary>Called with every render batch, on the socket's thread.</summary>
    public Action<ReadOnlyMemory<byte>>? Batch { get; set; }

    /// <summary>The object that a component handed to the script of this name: <c>list.js</c>.</summary>
    public ConcurrentDictionary<string, long> Scripts { get; } = new(StringComparer.Ordinal);

    /// <summary>Why it ended before it was closed; null while it lives.</summary>
    public Exception? Failure => _socket.Failure;

    /// <summary>Opens the page and returns when <paramref name="shows"/> (or anything, where it is empty) has been drawn.</summary>
    public static async Task<Circuit> OpenAsync(
        HttpClient http,
        CookieContainer cookies,
        Uri page,
        string shows = "",
        Action<ReadOnlyMemory<byte>>? batch = null
    )
    {
        var circuit = new Circuit(page) { Batch = batch };
        var seen = shows.Length == 0 ? circuit._drawn.Task : circuit.SeeAsync(shows);
        var html = await http.GetStringAsync(page);
        circuit._markers =
        [
            .. Markers()
                .Matches(html)
                .Select(m => m.Groups["marker"].Value)
                .Where(m => m.Contains("\"type\":\"server\"", StringComparison.Ordinal)),
        ];
        circuit._state = State().Match(html).Groups["state"].Value;
        circuit._socket.Failed = circuit.End;
        await circuit._socket.OpenAsync(
            page,
            cookies,
            () => circuit.Invoke("0", "StartCircuit", new Uri(page, "/").ToString(), page.ToString(), "[]", circuit._state),
            circuit.Handle
        );
        await Task.WhenAny(seen, circuit._socket.Work);
        if (circuit.Failure is { } failure)
        {
            throw new InvalidOperationException($"The circuit of {page} ended", failure);
        }

        await seen;
        return circuit;
    }

    /// <summary>Until a batch holds this text.</summary>
    public Task SeeAsync(string text)
    {
        var awaited = new Awaited(Encoding.UTF8.GetBytes(text), new(TaskCreationOptions.RunContinuationsAsynchronously));
        _awaited = awaited;
        return WaitAsync(awaited.Seen.Task, text);
    }

    private async Task WaitAsync(Task seen, string text)
    {
        try
        {
            await seen.WaitAsync(_patience, _socket.Gone);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{_page} does not show \"{text}\"", e);
        }
    }

    /// <summary>A click on a link within the console.</summary>
    public void Go(Uri address) => Invoke(null, "OnLocationChanged", address.ToString(), null, true);

    /// <summary>As a script calls the object it was given; returns when the method has ended.</summary>
    public Task CallAsync(string script, string method, string argumentsJson) => CallAsync(Scripts[script], method, argumentsJson);

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    /// <summary>As a browser leaves: it says so, and the server keeps nothing.</summary>
    public async Task LeaveAsync(HttpClient http)
    {
        using (var form = new MultipartFormDataContent { { new StringContent(_circuitId), "circuitId" } })
        {
            using var answer = await http.PostAsync(new Uri(_page, "/_blazor/disconnect/"), form);
            answer.EnsureSuccessStatusCode();
        }

        await DisposeAsync();
    }

    private async Task CallAsync(long target, string method, string argumentsJson)
    {
        var id = Interlocked.Increment(ref _nextCall).ToString(CultureInfo.InvariantCulture);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = ended;
        Invoke(null, "BeginInvokeDotNetFromJS", id, null, method, target, argumentsJson);
        await ended.Task.WaitAsync(_patience, _socket.Gone);
    }

    private void Invoke(string? invocation, string method, params object?[] arguments) =>
        _socket.Send(BlazorPack.Frame(1, Headers.None, invocation, method, arguments, Array.Empty<object?>()));

    private void End(Exception e)
    {
        foreach (var call in _calls.Values)
        {
            call.TrySetException(e);
        }

        _awaited?.Seen.TrySetException(e);
    }

    private void Handle(object?[] message)
    {
        switch ((long)message[0]!)
        {
            case 3 when message[2] is "0":
                // 3: with a result.
                _circuitId =
                    message[3] is 3L && message[4] is string id ? id : throw new InvalidOperationException("The circuit was refused.");
                Invoke(null, "UpdateRootComponents", RootComponents(), _state);
                break;
            case 1:
                Handle((string)message[3]!, (object?[])message[4]!);
                break;
            case 7:
                throw new IOException("closed: " + message[1]);
            default:
                break;
        }
    }

    private void Handle(string method, object?[] arguments)
    {
        switch (method)
        {
            case "JS.RenderBatch":
                var batch = (ReadOnlyMemory<byte>)arguments[1]!;
                Batch?.Invoke(batch);
                Invoke(null, "OnRenderCompleted", arguments[0], null);
                _drawn.TrySetResult();
                if (_awaited is { } awaited && batch.Span.IndexOf(awaited.Text) >= 0)
                {
                    awaited.Seen.TrySetResult();
                }

                break;
            case "JS.BeginInvokeJS":
                Answer(
                    (long)arguments[0]!,
                    (string)arguments[1]!,
                    arguments[2] as string ?? "[]",
                    (long)arguments[3]!,
                    (long)arguments[4]!
                );
                break;
            case "JS.EndInvokeDotNet":
                if (_calls.TryRemove((string)arguments[0]!, out var call))
                {
                    call.TrySetResult();
                }

                break;
            case "JS.Error":
                throw new InvalidOperationException("The circuit failed: " + arguments[0]);
            default:
                break;
        }
    }

    private void Answer(long handle, string function, string arguments, long resultKind, long target)
    {
        using var json = JsonDocument.Parse(arguments);
        var handed = json.RootElement.EnumerateArray().Select(ReferenceOf).FirstOrDefault(r => r is not null);
        if (function == "import")
        {
            _modules[_references + 1] = Path.GetFileName(json.RootElement[0].GetString()!.Split('?')[0]);
        }
        else if (function == "attach" && handed is { } component)
        {
            Scripts[_modules[target]] = component;
        }
        else if (function == "Blazor._internal.Virtualize.init" && handed is { } list)
        {
            _ = CallAsync(list, "OnSpacerBeforeVisible", "[0,0,720]");
        }

        if (handle != 0)
        {
            // 1: the server wants a reference to an object of the browser's.
            var result = resultKind == 1 ? $$"""{"__jsObjectId":{{++_references}}}""" : "null";
            Invoke(null, "EndInvokeJSFromDotNet", handle, true, $"[{handle},true,{result}]");
        }
    }

    private static long? ReferenceOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("__dotNetObject", out var id) ? id.GetInt64() : null;

    private string RootComponents() =>
        $$"""{"batchId":1,"operations":[{{string.Join(',', _markers.Select((m, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{m}}}"""))}}]}""";

    [GeneratedRegex("<!--Blazor:(?<marker>\\{.*?\\})-->", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Markers();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(?<state>.*?)-->", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex State();

    private sealed record Awaited(byte[] Text, TaskCompletionSource Seen);
}
