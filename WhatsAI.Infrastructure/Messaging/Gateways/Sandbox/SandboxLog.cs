using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>
/// The judge: what really left, line by line, each on disk before the call is answered. Holds texts of test messages, so it exists only
/// where a file was asked for; the control page reads the last lines from memory.
/// </summary>
internal sealed class SandboxLog : IDisposable
{
    private const int Kept = 400;
    private readonly TimeProvider _time;
    private readonly StreamWriter? _file;
    private readonly Queue<JsonObject> _last = new();
    private readonly Lock _gate = new();

    public SandboxLog(string? path, TimeProvider time)
    {
        _time = time;
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            _file = new StreamWriter(stream) { AutoFlush = true };
        }
    }

    public void Write(string kind, SandboxInstance? instance, JsonObject rest)
    {
        var line = new JsonObject
        {
            ["at"] = SandboxJson.Iso(_time.GetUtcNow()),
            ["kind"] = kind,
            ["instance"] = instance?.Name,
        };
        foreach (var (name, value) in rest.ToArray())
        {
            rest.Remove(name);
            line[name] = value;
        }

        lock (_gate)
        {
            _file?.WriteLine(SandboxJson.Text(line));
            _last.Enqueue(line);
            if (_last.Count > Kept)
            {
                _last.Dequeue();
            }
        }
    }

    /// <summary>The newest lines first.</summary>
    public JsonObject[] Last(int count)
    {
        lock (_gate)
        {
            return [.. _last.Reverse().Take(count).Select(l => (JsonObject)l.DeepClone())];
        }
    }

    public void Dispose() => _file?.Dispose();
}
