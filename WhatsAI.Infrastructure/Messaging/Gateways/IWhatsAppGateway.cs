using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>
/// A gateway to WhatsApp, for numbers and messages. One object serves every server and instance; each call says where it goes.
/// Every method throws <see cref="GatewayException"/> and nothing else, except <see cref="OperationCanceledException"/> when
/// <c>ct</c> is cancelled (after a send was begun that leaves its outcome unknown). No method repeats a call by itself.
/// </summary>
public interface IWhatsAppGateway
{
    /// <summary>Asks the server who it is and whether the server's key is good. A wrong key is an answer, not an exception. Up to 10 s.</summary>
    Task<GatewayProbe> ProbeAsync(GatewayConnection at, CancellationToken ct = default);

    /// <summary>Makes an instance with its webhook; needs the server's key. Takes about 5 s, up to 40 s.</summary>
    Task<CreatedInstance> CreateAsync(GatewayConnection at, NewInstance instance, CancellationToken ct = default);

    /// <summary>Asks for a QR code, and a pairing code when a number is given. Takes 2 s, up to 20 s.</summary>
    Task<ConnectAnswer> ConnectAsync(GatewayConnection at, PhoneNumber? pairWith = null, CancellationToken ct = default);

    /// <summary>The live state: what to believe when webhooks contradict each other.</summary>
    Task<LinkState> StateAsync(GatewayConnection at, CancellationToken ct = default);

    /// <summary>Restarts an open link. <see cref="GatewayFailure.NotConnected"/> when it is not open: connect instead.</summary>
    Task RestartAsync(GatewayConnection at, CancellationToken ct = default);

    /// <summary>Unlinks the number, in the background. An already closed link is no error.</summary>
    Task LogOutAsync(GatewayConnection at, CancellationToken ct = default);

    /// <summary>Deletes the instance; needs the server's key. One that is not there is no error.</summary>
    Task DeleteAsync(GatewayConnection at, CancellationToken ct = default);

    Task ApplySettingsAsync(GatewayConnection at, GatewaySettings settings, CancellationToken ct = default);

    /// <summary>Replaces the instance's webhook. Commit the route before: events come at once.</summary>
    Task SetWebhookAsync(GatewayConnection at, GatewayWebhook webhook, CancellationToken ct = default);

    /// <summary>Up to 65 536 characters; up to 30 s. Look at <see cref="GatewayException.SurelyNotSent"/> before thinking of a repeat.</summary>
    Task<SentMessage> SendTextAsync(GatewayConnection at, Jid to, string text, Quote? quote = null, CancellationToken ct = default);

    /// <summary>Uploads and sends; up to 120 s.</summary>
    Task<SentMessage> SendMediaAsync(
        GatewayConnection at,
        Jid to,
        OutgoingMedia media,
        Quote? quote = null,
        CancellationToken ct = default
    );

    /// <summary>Reacts with one emoji; null takes the reaction back.</summary>
    Task<SentMessage> ReactAsync(GatewayConnection at, MessageKey target, string? emoji, CancellationToken ct = default);

    /// <summary>Changes the text of our own message; WhatsApp allows it for 15 minutes.</summary>
    Task EditAsync(GatewayConnection at, MessageKey message, string text, CancellationToken ct = default);

    /// <summary>Deletes our own message for everyone; WhatsApp allows it for about two days.</summary>
    Task DeleteForEveryoneAsync(GatewayConnection at, MessageKey message, CancellationToken ct = default);

    /// <summary>
    /// Sends blue ticks, at most 100 keys a call. A key with a LID is dropped by the gateway without a word: it is refused here
    /// (<see cref="GatewayFailure.Rejected"/>), give the phone's address.
    /// </summary>
    Task MarkReadAsync(GatewayConnection at, IReadOnlyList<MessageKey> messages, CancellationToken ct = default);

    /// <summary>Shows "typing…" for up to <paramref name="lasting"/> (at most 10 s); the call lasts as long.</summary>
    Task SetTypingAsync(GatewayConnection at, Jid chat, TypingState state, TimeSpan lasting, CancellationToken ct = default);

    /// <summary>Keeps a person from writing to the number, or lets him again. Saying what is so already is no error. Up to 30 s.</summary>
    Task SetBlockedAsync(GatewayConnection at, Jid person, bool blocked, CancellationToken ct = default);

    /// <summary>Which numbers are on WhatsApp, at most 50 a call; asking too much gets a number restricted. Answers in the order asked.</summary>
    Task<IReadOnlyList<NumberCheck>> CheckNumbersAsync(
        GatewayConnection at,
        IReadOnlyList<PhoneNumber> numbers,
        CancellationToken ct = default
    );

    /// <summary>Messages the gateway has stored, by chat and time: to fill a gap, to settle a send. Not found is no proof it was not sent.</summary>
    Task<MessagePage> FindMessagesAsync(GatewayConnection at, MessageSearch search, CancellationToken ct = default);

    /// <summary>One stored message by WhatsApp's id; null when the gateway has none.</summary>
    Task<GatewayMessage?> FindMessageAsync(GatewayConnection at, string providerId, CancellationToken ct = default);

    /// <summary>
    /// Writes a file's bytes to <paramref name="destination"/>, at most <paramref name="limit"/> bytes
    /// (<see cref="GatewayFailure.Rejected"/> beyond; what was written by then is to be thrown away). Up to 120 s.
    /// </summary>
    Task<FetchedMedia> FetchMediaAsync(
        GatewayConnection at,
        MediaReference media,
        Stream destination,
        long limit,
        CancellationToken ct = default
    );

    /// <summary>The address of a picture, which expires; null when there is none or it is not shown to us.</summary>
    Task<Uri?> ProfilePictureAsync(GatewayConnection at, Jid jid, CancellationToken ct = default);
}
