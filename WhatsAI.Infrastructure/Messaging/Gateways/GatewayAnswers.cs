using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <param name="Version">As the server says, e.g. "2.3.6"; null when it does not.</param>
/// <param name="KeyValid">Whether the server's key was accepted.</param>
/// <param name="Known">Whether the version is one this client is made for (2.3 and 2.4).</param>
public sealed record GatewayProbe(string? Version, bool KeyValid, bool Known);

/// <param name="Token">The token the instance shall have; made by us, so that it is stored before the gateway knows it.</param>
/// <param name="PairWith">Ask for a pairing code for this number too.</param>
public sealed record NewInstance(string Token, GatewaySettings Settings, GatewayWebhook Webhook, PhoneNumber? PairWith = null)
{
    /// <summary>Whether the link is begun at once, with a code to scan. Else the instance waits until it is asked to connect.</summary>
    public bool ShowsQr { get; init; } = true;
}

/// <param name="Token">The instance's token as the gateway confirms it.</param>
/// <param name="Pairing">The first QR code, when one was ready.</param>
public sealed record CreatedInstance(string Token, PairingOffer? Pairing);

/// <param name="Code">What the QR code says.</param>
/// <param name="Image">The code drawn, as a data URI; null when the gateway does not draw it.</param>
/// <param name="PairingCode">Eight characters, when a number was given.</param>
public sealed record PairingOffer(string? Code, string? Image, string? PairingCode);

/// <param name="Open">Already linked: there is nothing to scan.</param>
/// <param name="Offer">Null while open, and while the gateway has no code yet: ask again in two seconds or wait for the webhook.</param>
public sealed record ConnectAnswer(bool Open, PairingOffer? Offer);

/// <param name="RejectCalls">Decline calls, with <paramref name="CallText"/> as an answer when not empty.</param>
/// <param name="AlwaysOnline">Shows the number as online and silences the phone's own notifications.</param>
/// <param name="ReadAutomatically">The gateway itself sends blue ticks at once. The console sends its own: leave it off.</param>
/// <param name="FullHistory">Fetch years of old messages on the first link.</param>
public sealed record GatewaySettings(
    bool RejectCalls = false,
    string CallText = "",
    bool AlwaysOnline = false,
    bool ReadAutomatically = false,
    bool FullHistory = false
);

/// <param name="Url">Where events are posted.</param>
/// <param name="Secret">Sent back in the header <see cref="SecretHeader"/> of every event.</param>
public sealed record GatewayWebhook(Uri Url, string Secret)
{
    public const string SecretHeader = "X-Console-Secret";

    public override string ToString() => $"GatewayWebhook {{ Url = {Url.Host} }}";
}

/// <summary>What names one message at WhatsApp.</summary>
/// <param name="Chat">As the message's own key has it. For <see cref="IWhatsAppGateway.MarkReadAsync"/> the phone's address, not the LID.</param>
/// <param name="Participant">Its author in a group.</param>
public sealed record MessageKey(string ProviderId, Jid Chat, bool FromMe, Jid? Participant = null);

/// <summary>A message the gateway took.</summary>
/// <param name="Chat">Where it really went: the gateway rewrites numbers (ninth digit), so only this is true.</param>
/// <param name="At">The gateway's time, UTC, to the second.</param>
public sealed record SentMessage(string ProviderId, Jid Chat, DateTimeOffset? At);

/// <param name="ProviderId">The message that is answered. One the gateway does not know is sent without the quote, silently.</param>
/// <param name="Preview">Its words, shown above the answer on the customer's phone.</param>
public sealed record Quote(string ProviderId, string Preview);

public enum OutgoingMediaKind
{
    Image,
    Video,
    Document,

    /// <summary>An audio file.</summary>
    Audio,

    /// <summary>A voice message; the gateway encodes it to Opus.</summary>
    Voice,
}

/// <param name="Content">Read once, from where it stands, not closed. Up to 100 MB.</param>
/// <param name="Caption">Up to 1 024 characters; not for audio.</param>
public sealed record OutgoingMedia(OutgoingMediaKind Kind, Stream Content, string MimeType, string FileName, string? Caption = null);

public enum TypingState
{
    Composing,
    Recording,
    Paused,
}

/// <param name="Asked">The number that was asked for.</param>
/// <param name="Exists">Whether it is on WhatsApp.</param>
/// <param name="Jid">Its address there, which may lack the ninth digit.</param>
public sealed record NumberCheck(PhoneNumber Asked, bool Exists, Jid? Jid, Jid? Lid, string? Name);

/// <param name="Chat">Null for all chats.</param>
/// <param name="From">UTC, included.</param>
/// <param name="To">UTC, included.</param>
/// <param name="Page">From 1; newest first.</param>
/// <param name="PageSize">At most 100.</param>
public sealed record MessageSearch(Jid? Chat, DateTimeOffset From, DateTimeOffset To, int Page = 1, int PageSize = 50);

/// <param name="Messages">Newest first. What cannot be read is left out, so a page may hold fewer than it says.</param>
/// <param name="Pages">How many pages there are now.</param>
public sealed record MessagePage(IReadOnlyList<GatewayMessage> Messages, int Page, int Pages, int Total)
{
    /// <summary>The same, and reactions too, in the form in which this gateway's webhooks would have brought them. Newest first.</summary>
    public IReadOnlyList<StoredEvents> Stored { get; init; } = [];
}

/// <summary>What is stored of one message, as the bodies its webhooks would have had, for the journal.</summary>
/// <param name="At">WhatsApp's time; null where the gateway has none.</param>
/// <param name="State">How far it has come; null where the gateway says nothing of it.</param>
/// <param name="Body">The message itself; of ours as the echo of a send.</param>
/// <param name="Receipt">Its newest receipt; null where there is none.</param>
public sealed record StoredEvents(string ProviderId, bool FromMe, DateTimeOffset? At, DeliveryState? State, byte[] Body, byte[]? Receipt);

/// <param name="MimeType">As the gateway says; the caller looks at the bytes itself.</param>
/// <param name="Size">Bytes written.</param>
public sealed record FetchedMedia(string MimeType, string? FileName, long Size);
