namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What a call meets before Evolution looks at it. One for the whole server, one for each instance.</summary>
public record SandboxFaults
{
    public SandboxReach Reach { get; init; }

    /// <summary>Milliseconds before every answer.</summary>
    public int SlowMs { get; init; }

    /// <summary>Version 2.4 without an activated licence: every call but <c>GET /</c> is 503 LICENSE_REQUIRED.</summary>
    public bool LicenseRequired { get; init; }

    /// <summary>Every call is 429 with Retry-After.</summary>
    public bool RateLimited { get; init; }

    public int RetryAfterSeconds { get; init; } = 30;
}

public enum SandboxReach
{
    Online,

    /// <summary>The connection is dropped without an answer.</summary>
    Drop,

    /// <summary>503 from a proxy in front: an HTML page, not the gateway's JSON.</summary>
    Unavailable,

    /// <summary>The call is taken and never answered.</summary>
    Hang,
}

/// <summary>What happens to a send. "After" means WhatsApp took the message and the caller is told otherwise, or nothing.</summary>
public enum SandboxSendFault
{
    None,

    /// <summary>400 with <c>exists: false</c>: the number is not on WhatsApp.</summary>
    Refuse,
    RateLimit,
    ConnectionClosed,
    HangBefore,
    DropBefore,
    HangAfter,
    DropAfter,

    /// <summary>500 although the message went out.</summary>
    ErrorAfter,

    /// <summary>400 "Error: Timed Out" although the message went out.</summary>
    TimeoutAfter,
}

/// <summary>How one number, its phone and its customers behave. Delays are milliseconds; a missing delay means never.</summary>
public sealed record SandboxBehaviour : SandboxFaults
{
    public SandboxSendFault SendFault { get; init; }

    /// <summary>How many sends <see cref="SendFault"/> lasts for; 0 = until it is changed.</summary>
    public int SendFaultTimes { get; init; }

    public IReadOnlyList<string> NotOnWhatsApp { get; init; } = [];

    /// <summary>Off: no receipt at all, whatever the delays say (an ack gap).</summary>
    public bool Receipts { get; init; } = true;

    /// <summary>SERVER_ACK; the real stack seldom sends it.</summary>
    public int? SentMs { get; init; }

    public int? DeliveredMs { get; init; } = 700;

    public int? ReadMs { get; init; } = 2500;

    /// <summary>READ, DELIVERY_ACK, SERVER_ACK, in this order, at the shortest of the delays.</summary>
    public bool ReceiptsOutOfOrder { get; init; }

    /// <summary>Receipts name the chat by its LID although the message went to the phone number.</summary>
    public bool ReceiptsByLid { get; init; }

    public bool AutoReply { get; init; }

    public int AutoReplyMs { get; init; } = 3000;

    public string? AutoReplyText { get; init; }

    /// <summary>send.message echo: before the HTTP answer (as the real server), after it, or none.</summary>
    public SandboxEcho Echo { get; init; }

    /// <summary>Nothing is posted; messages are kept, so that findMessages can fill the gap.</summary>
    public bool WebhooksSuppressed { get; init; }

    /// <summary>How often a webhook is tried before it is given up for ever; 10 as the real server, 1 = never again.</summary>
    public int WebhookTries { get; init; } = 10;

    /// <summary>Off: the server runs with <c>DATABASE_SAVE_DATA_NEW_MESSAGE=false</c>, so findMessages never finds what comes now.</summary>
    public bool KeepsMessages { get; init; } = true;

    /// <summary>Further copies of every webhook.</summary>
    public int DuplicateWebhooks { get; init; }

    /// <summary>Each webhook waits a random time up to this: they arrive reordered.</summary>
    public int ShuffleMs { get; init; }
}

public enum SandboxEcho
{
    Before,
    After,
    None,
}
