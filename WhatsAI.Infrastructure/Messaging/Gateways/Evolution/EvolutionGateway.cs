using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>
/// Evolution API v2 (2.3 and 2.4) over HTTP. Bodies and keys are never logged: this class has no logger, and its client none either
/// (the path holds instance names, a query a phone number).
/// </summary>
public sealed partial class EvolutionGateway : IWhatsAppGateway, IDisposable
{
    private readonly EvolutionHttp _http;

    /// <param name="handler">How connections are made, see <see cref="GuardedHandler"/>; owned from here on.</param>
    /// <param name="longest">A lower limit than each call's own, for tests.</param>
    public EvolutionGateway(HttpMessageHandler handler, TimeSpan? longest = null) => _http = new EvolutionHttp(handler, longest);

    public void Dispose() => _http.Dispose();

    private Task<JsonElement> GetAsync(GatewayConnection at, string path, EvolutionKey key, TimeSpan? limit, CancellationToken ct) =>
        _http.CallAsync(at, new EvolutionCall(HttpMethod.Get, path, key, TimeLimit: limit), ct);

    private Task<JsonElement> PostAsync(GatewayConnection at, string path, object body, CancellationToken ct, TimeSpan? limit = null) =>
        _http.CallAsync(at, new EvolutionCall(HttpMethod.Post, $"{path}/{Name(at)}", Body: EvolutionHttp.Json(body), TimeLimit: limit), ct);

    private static string Name(GatewayConnection at) => Uri.EscapeDataString(at.Instance);

    private static object Key(MessageKey key) =>
        new
        {
            id = key.ProviderId,
            remoteJid = key.Chat.Value,
            fromMe = key.FromMe,
            participant = key.Participant?.Value,
        };

    /// <summary>Only a message id proves a send; the address it names is the only true one.</summary>
    private static SentMessage Sent(JsonElement answer, Jid asked)
    {
        var key = answer.Field("key");
        return key.Id("id") is { } id
            ? new SentMessage(id, key.Jid("remoteJid") ?? asked, answer.Seconds("messageTimestamp"))
            : throw EvolutionErrors.NoMessage(answer);
    }
}
