namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

public sealed class SandboxOptions
{
    public const string Section = "Sandbox";

    /// <summary>Whether the console carries a sandbox of its own. Development has it on; anyone who reaches the console can steer it.</summary>
    public bool Enabled { get; set; }

    /// <summary>The global key, as <c>AUTHENTICATION_API_KEY</c> of a real server.</summary>
    public string ApiKey { get; set; } = "sandbox";

    /// <summary>How others reach this sandbox; written as <c>server_url</c> into webhooks.</summary>
    public string BaseAddress { get; set; } = "http://127.0.0.1:5080/sandbox";

    /// <summary>Makes ids and jitter repeatable. Unset, two runs never make the same message id.</summary>
    public int? Seed { get; set; }

    /// <summary>The wait after a webhook's first failed try; it doubles up to five minutes, ten tries in all.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The echo of a send leaves before its answer; a receiver slower than this does not hold the answer back any longer.</summary>
    public TimeSpan EchoLead { get; set; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan FirstQrLife { get; set; } = TimeSpan.FromSeconds(45);

    public TimeSpan QrLife { get; set; } = TimeSpan.FromSeconds(20);

    public int QrLimit { get; set; } = 30;

    /// <summary>How long create and connect wait for the first QR. A real server takes 2 to 5 seconds.</summary>
    public TimeSpan QrWait { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a dropped socket takes to come back on the codes that reconnect by themselves.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    public int MessagesPerChat { get; set; } = 500;

    public long MediaBytesPerInstance { get; set; } = 64 * 1024 * 1024;

    /// <summary>Whether an address is this sandbox's own.</summary>
    public bool IsAt(Uri address) =>
        Uri.TryCreate(BaseAddress, UriKind.Absolute, out var own)
        && (own.Port, own.AbsolutePath.TrimEnd('/')) == (address.Port, address.AbsolutePath.TrimEnd('/'))
        && (own.Host == address.Host || (own.IsLoopback && address.IsLoopback));

    /// <summary>An append-only file of JSON lines: what was called, sent, acknowledged and posted.</summary>
    public string? LogFile { get; set; }
}
