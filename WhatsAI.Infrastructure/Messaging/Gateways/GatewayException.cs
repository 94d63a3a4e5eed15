namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>Why a gateway did not do what it was asked. Each has a text a person understands.</summary>
public enum GatewayFailure
{
    /// <summary>No connection: refused, name not found, no route, TLS refused.</summary>
    Unreachable,

    /// <summary>Connected, but no answer in time.</summary>
    TimedOut,

    /// <summary>The key is wrong or may not do this.</summary>
    Unauthorized,

    UnknownInstance,

    /// <summary>The gateway answers, but the number is not linked to WhatsApp now.</summary>
    NotConnected,

    NumberNotOnWhatsApp,

    RateLimited,

    /// <summary>Refused for what was asked: a validation error, a file too big, a message that cannot be edited any more.</summary>
    Rejected,

    /// <summary>Evolution API 2.4 waits for its licence to be activated in its own manager.</summary>
    LicenceRequired,

    /// <summary>The name of the new instance is already in use there.</summary>
    NameTaken,

    /// <summary>This gateway, or this kind of number, cannot do that.</summary>
    NotSupported,

    /// <summary>What answers is not a gateway of this kind: a web page, a redirect, another API.</summary>
    NotAGateway,

    /// <summary>It broke off, answered 5xx, or answered something that cannot be read. It may have done it.</summary>
    Unclear,
}

/// <summary>
/// The one exception an <see cref="IWhatsAppGateway"/> throws, besides <see cref="OperationCanceledException"/> for the caller's own
/// cancellation. Its message holds no key, no message text and no whole phone number: it may be logged.
/// </summary>
public sealed class GatewayException(
    GatewayFailure failure,
    string message,
    bool surelyNotSent,
    TimeSpan? retryAfter = null,
    int? status = null,
    Exception? inner = null
) : Exception(message, inner)
{
    public GatewayFailure Failure { get; } = failure;

    /// <summary>
    /// True only where it is proven that WhatsApp did not take the message: not connected before a byte was written, a validation error,
    /// number not on WhatsApp, instance not linked, 401, 403, 404, a throttle answer. False is no proof of anything: never repeat.
    /// </summary>
    public bool SurelyNotSent { get; } = surelyNotSent;

    /// <summary>How long the gateway asks to wait; at most an hour is believed.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The answer was longer than is read: asking for less may do.</summary>
    public bool TooLong { get; init; }

    /// <summary>WhatsApp's own error code, where the gateway passed one on.</summary>
    public int? Code { get; init; }

    /// <summary>The HTTP status, where there was an answer.</summary>
    public int? Status { get; } = status;
}
