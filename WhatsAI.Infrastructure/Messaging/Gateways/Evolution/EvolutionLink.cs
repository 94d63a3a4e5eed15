using System.Text;
using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Events about the link between an instance and WhatsApp.</summary>
internal static class EvolutionLink
{
    public static LinkState? State(string? state) =>
        state switch
        {
            "connecting" => LinkState.Connecting,
            "open" => LinkState.Open,
            "close" or "closed" => LinkState.Closed,
            "refused" => LinkState.Refused,
            _ => null,
        };

    public static GatewayEvent Connection(string name, JsonElement data) =>
        State(data.Text("state")) is { } state
            ? new ConnectionChanged(
                state,
                data.Count("statusReason"),
                data.Jid("wuid"),
                data.Word("profileName"),
                data.Word("profilePictureUrl", 2000)
            )
            : new Unknown(name, "no known state");

    public static GatewayEvent Qr(string name, JsonElement data)
    {
        if (Offer(data.Field("qrcode")) is { } offer)
        {
            return new QrUpdated(offer.Code ?? "", offer.Image, offer.PairingCode);
        }

        return data.Has("statusCode") ? new QrExpired(data.Count("statusCode")) : new Unknown(name, "no code");
    }

    /// <summary>The same object comes in the webhook, in the answer to create and in the answer to connect.</summary>
    public static PairingOffer? Offer(JsonElement qr)
    {
        var image = qr.Text("base64") is { } uri && uri.StartsWith("data:image/png;base64,", StringComparison.Ordinal) ? uri : null;
        var offer = new PairingOffer(qr.Word("code", 2000), image, qr.Word("pairingCode", 20));
        return offer is { Code: null, PairingCode: null } ? null : offer;
    }

    public static GatewayEvent Closed(string name, JsonElement data)
    {
        if (data.Text("status") is not ("closed" or "close"))
        {
            return data.Text("status") is "removed" ? new InstanceRemoved() : new Unknown(name, "no known status");
        }

        var (reason, lasts) = Ban(data.Text("disconnectionObject"));
        return new InstanceClosed(data.Count("disconnectionReasonCode"), data.Iso("disconnectionAt"), reason, lasts);
    }

    // The details of a ban come as JSON in a string, with numbers as strings in it.
    private static (int? Reason, TimeSpan? Lasts) Ban(string? details)
    {
        if (string.IsNullOrEmpty(details))
        {
            return default;
        }

        try
        {
            using var json = EvolutionJson.Parse(Encoding.UTF8.GetBytes(details));
            var data = json.RootElement.Field("error").Field("data");
            TimeSpan? lasts = data.Count("expire", 400 * 86_400) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            return (data.Count("code"), lasts);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
