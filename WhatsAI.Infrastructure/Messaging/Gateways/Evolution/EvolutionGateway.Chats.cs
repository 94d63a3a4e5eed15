using System.Globalization;
using System.Text.Json;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

public sealed partial class EvolutionGateway
{
    private const int MostKeys = 100;
    private const int MostNumbers = 50;
    private const int LongestPage = 16 * 1024 * 1024;

    private static readonly TimeSpan LongestTyping = TimeSpan.FromSeconds(10);

    public async Task MarkReadAsync(GatewayConnection at, IReadOnlyList<MessageKey> messages, CancellationToken ct = default)
    {
        if (messages.Count is 0 or > MostKeys || messages.Any(key => key.Chat.Kind is not (JidKind.Phone or JidKind.Group)))
        {
            throw new GatewayException(
                GatewayFailure.Rejected,
                "Blue ticks need 1 to 100 keys with a phone's or group's address.",
                surelyNotSent: true
            );
        }

        var keys = messages.Select(key => new
        {
            id = key.ProviderId,
            remoteJid = key.Chat.Value,
            fromMe = key.FromMe,
        });
        await PostAsync(at, "chat/markMessageAsRead", new { readMessages = keys.ToList() }, ct);
    }

    public Task SetTypingAsync(GatewayConnection at, Jid chat, TypingState state, TimeSpan lasting, CancellationToken ct = default)
    {
        var shown =
            lasting < TimeSpan.Zero ? TimeSpan.Zero
            : lasting > LongestTyping ? LongestTyping
            : lasting;
        var body = new
        {
            number = chat.Value,
            presence = state.ToString().ToLower(CultureInfo.InvariantCulture),
            delay = (int)shown.TotalMilliseconds,
        };
        return PostAsync(at, "chat/sendPresence", body, ct, shown + TimeSpan.FromSeconds(10));
    }

    public Task SetBlockedAsync(GatewayConnection at, Jid person, bool blocked, CancellationToken ct = default) =>
        PostAsync(at, "chat/updateBlockStatus", new { number = person.Value, status = blocked ? "block" : "unblock" }, ct, SendLimit);

    public async Task<IReadOnlyList<NumberCheck>> CheckNumbersAsync(
        GatewayConnection at,
        IReadOnlyList<PhoneNumber> numbers,
        CancellationToken ct = default
    )
    {
        if (numbers.Count is 0 or > MostNumbers)
        {
            throw new GatewayException(GatewayFailure.Rejected, "A check takes 1 to 50 numbers.", surelyNotSent: true);
        }

        var body = new { numbers = numbers.Select(number => number.Digits).ToList() };
        var answer = await PostAsync(at, "chat/whatsappNumbers", body, ct, SendLimit);

        // The order is not kept, and the number may come back without its ninth digit: both sides are compared in canonical form.
        var found = new Dictionary<PhoneNumber, NumberCheck>();
        foreach (var one in answer.Each())
        {
            var jid = one.Jid("jid");
            if (PhoneNumber.TryFromDigits(one.Text("number"), out var number) || (number = jid?.Phone) is not null)
            {
                var exists = one.Flag("exists");
                found[number] = new NumberCheck(number, exists, exists ? jid : null, one.Jid("lid"), one.Word("name"));
            }
        }

        return [.. numbers.Select(number => found.GetValueOrDefault(number) ?? new NumberCheck(number, Exists: false, null, null, null))];
    }

    public async Task<MessagePage> FindMessagesAsync(GatewayConnection at, MessageSearch search, CancellationToken ct = default)
    {
        var where = new
        {
            key = search.Chat is { } chat ? new { remoteJid = chat.Value } : null,
            // Both ends, or Evolution looks at neither.
            messageTimestamp = new { gte = Iso(search.From), lte = Iso(search.To) },
        };
        var found = await FindAsync(at, where, Math.Clamp(search.PageSize, 1, 100), Math.Max(search.Page, 1), ct);
        return new MessagePage(
            [.. found.Field("records").Each().Select(EvolutionTranslator.Stored).OfType<GatewayMessage>()],
            found.Count("currentPage") ?? search.Page,
            found.Count("pages") ?? 1,
            found.Count("total", int.MaxValue) ?? 0
        )
        {
            Stored = [.. found.Field("records").Each().Select(r => EvolutionStored.Read(at.Instance, r)).OfType<StoredEvents>()],
        };
    }

    public async Task<GatewayMessage?> FindMessageAsync(GatewayConnection at, string providerId, CancellationToken ct = default)
    {
        var found = await FindAsync(at, new { key = new { id = providerId } }, 10, 1, ct);
        return found
            .Field("records")
            .Each()
            .Select(EvolutionTranslator.Stored)
            .FirstOrDefault(message => string.Equals(message?.ProviderId, providerId, StringComparison.Ordinal));
    }

    public async Task<Uri?> ProfilePictureAsync(GatewayConnection at, Jid jid, CancellationToken ct = default)
    {
        var answer = await PostAsync(at, "chat/fetchProfilePictureUrl", new { number = jid.Value }, ct);
        return Uri.TryCreate(answer.Text("profilePictureUrl"), UriKind.Absolute, out var picture) && picture.Scheme is "http" or "https"
            ? picture
            : null;
    }

    // "offset" is Evolution's word for the size of a page.
    private async Task<JsonElement> FindAsync(GatewayConnection at, object where, int size, int page, CancellationToken ct)
    {
        var body = EvolutionHttp.Json(
            new
            {
                where,
                offset = size,
                page,
            }
        );
        var call = new EvolutionCall(
            HttpMethod.Post,
            $"chat/findMessages/{Name(at)}",
            Body: body,
            TimeLimit: SendLimit,
            Limit: LongestPage
        );
        return (await _http.CallAsync(at, call, ct)).Field("messages") is { ValueKind: JsonValueKind.Object } found
            ? found
            : throw new GatewayException(GatewayFailure.Unclear, "The answer lists no messages.", surelyNotSent: true);
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
