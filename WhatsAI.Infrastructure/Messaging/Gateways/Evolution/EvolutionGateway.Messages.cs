using System.Globalization;
using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

public sealed partial class EvolutionGateway
{
    private const int LongestText = 65_536;

    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MediaLimit = TimeSpan.FromSeconds(120);

    public async Task<SentMessage> SendTextAsync(
        GatewayConnection at,
        Jid to,
        string text,
        Quote? quote = null,
        CancellationToken ct = default
    )
    {
        if (text.Length is 0 or > LongestText)
        {
            throw new GatewayException(GatewayFailure.Rejected, "The text is empty or too long.", surelyNotSent: true);
        }

        // Without delay the answer comes at once; a link preview would make the gateway fetch whatever address an agent types.
        var body = new
        {
            number = to.Value,
            text,
            delay = 0,
            linkPreview = false,
            quoted = Quoted(quote),
        };
        return Sent(await PostAsync(at, "message/sendText", body, ct, SendLimit), to);
    }

    public async Task<SentMessage> SendMediaAsync(
        GatewayConnection at,
        Jid to,
        OutgoingMedia media,
        Quote? quote = null,
        CancellationToken ct = default
    )
    {
        // A form has no place for the quoted message's object, and sendWhatsAppAudio is documented with JSON only: both take the file as
        // base64, written as it is read.
        using HttpContent body = (media.Kind, quote) switch
        {
            (OutgoingMediaKind.Voice, _) => new Base64JsonContent(
                new
                {
                    number = to.Value,
                    delay = 0,
                    encoding = true,
                    quoted = Quoted(quote),
                },
                "audio",
                media.Content
            ),
            (_, null) => Form(to, media),
            _ => new Base64JsonContent(
                new
                {
                    number = to.Value,
                    mediatype = MediaType(media.Kind),
                    mimetype = media.MimeType,
                    fileName = media.FileName,
                    caption = media.Caption,
                    delay = 0,
                    quoted = Quoted(quote),
                },
                "media",
                media.Content
            ),
        };
        var path = media.Kind == OutgoingMediaKind.Voice ? "message/sendWhatsAppAudio" : "message/sendMedia";
        var call = new EvolutionCall(HttpMethod.Post, $"{path}/{Name(at)}", Body: body, TimeLimit: MediaLimit);
        return Sent(await _http.CallAsync(at, call, ct), to);
    }

    public async Task<SentMessage> ReactAsync(GatewayConnection at, MessageKey target, string? emoji, CancellationToken ct = default) =>
        Sent(await PostAsync(at, "message/sendReaction", new { key = Key(target), reaction = emoji ?? "" }, ct, SendLimit), target.Chat);

    public async Task EditAsync(GatewayConnection at, MessageKey message, string text, CancellationToken ct = default)
    {
        var body = new
        {
            number = message.Chat.Value,
            key = Key(message),
            text,
        };
        Done(await PostAsync(at, "chat/updateMessage", body, ct, SendLimit));
    }

    public async Task DeleteForEveryoneAsync(GatewayConnection at, MessageKey message, CancellationToken ct = default)
    {
        var path = $"chat/deleteMessageForEveryone/{Name(at)}";
        var call = new EvolutionCall(HttpMethod.Delete, path, Body: EvolutionHttp.Json(Key(message)), TimeLimit: SendLimit);
        Done(await _http.CallAsync(at, call, ct));
    }

    public async Task<FetchedMedia> FetchMediaAsync(
        GatewayConnection at,
        MediaReference media,
        Stream destination,
        long limit,
        CancellationToken ct = default
    )
    {
        var body = new { message = new { key = new { id = MediaId(media) } }, convertToMp4 = false };
        var path = $"chat/getBase64FromMediaMessage/{Name(at)}";
        var call = new EvolutionCall(HttpMethod.Post, path, Body: EvolutionHttp.Json(body), TimeLimit: MediaLimit);
        var (written, rest) = await _http.CallAsync(
            at,
            call,
            async (response, stop) =>
            {
                await using var stream = await response.Content.ReadAsStreamAsync(stop);
                return await new Base64Field("base64", limit).CopyAsync(stream, destination, stop);
            },
            ct
        );
        return new FetchedMedia(EvolutionMedia.Mime(rest.Text("mimetype")) ?? media.MimeType, rest.FileName("fileName"), written);
    }

    private static MultipartFormDataContent Form(Jid to, OutgoingMedia media)
    {
        // The caller's stream stays open: the form would close it.
        var file = new StreamContent(new Unclosed(media.Content));
        file.Headers.TryAddWithoutValidation("Content-Type", media.MimeType);
        var form = new MultipartFormDataContent
        {
            { new StringContent(to.Value), "number" },
            { new StringContent(MediaType(media.Kind)), "mediatype" },
            { new StringContent(media.MimeType), "mimetype" },
            { new StringContent(media.FileName), "fileName" },
            // busboy reads file names as Latin-1: the true name goes in the field, an ASCII one with the file.
            { file, "file", "file" },
        };
        if (media.Caption is { Length: > 0 } caption)
        {
            form.Add(new StringContent(caption), "caption");
        }

        return form;
    }

    private static object? Quoted(Quote? quote) =>
        quote is null ? null : new { key = new { id = quote.ProviderId }, message = new { conversation = quote.Preview } };

    private static string MediaType(OutgoingMediaKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string MediaId(MediaReference media)
    {
        try
        {
            return media.ProviderKey is { } json && JsonSerializer.Deserialize<EvolutionMedia.MediaKey>(json) is { Id: { } id }
                ? id
                : throw new GatewayException(GatewayFailure.Rejected, "The file's key is missing.", surelyNotSent: true);
        }
        catch (JsonException)
        {
            throw new GatewayException(GatewayFailure.Rejected, "The file's key is of another gateway.", surelyNotSent: true);
        }
    }

    private static void Done(JsonElement answer)
    {
        if (answer.Field("key").Id("id") is null)
        {
            throw EvolutionErrors.NoMessage(answer);
        }
    }
}
