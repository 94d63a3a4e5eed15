using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>News about messages that were reported before: receipts, edits, deletions.</summary>
internal static class EvolutionReceipts
{
    /// <summary>Names of the Baileys channel, its numbers, and Meta's own names of the WHATSAPP-BUSINESS channel.</summary>
    public static DeliveryState? State(string? status) =>
        status switch
        {
            // Still on its way inside the gateway: no news for whoever has handed it over.
            "PENDING" or "1" => DeliveryState.Sending,
            "SERVER_ACK" or "SENT" or "2" => DeliveryState.Sent,
            "DELIVERY_ACK" or "DELIVERED" or "3" => DeliveryState.Delivered,
            "READ" or "4" => DeliveryState.Read,
            "PLAYED" or "5" => DeliveryState.Played,
            "ERROR" or "FAILED" or "0" => DeliveryState.Failed,
            _ => null,
        };

    public static string? StatusOf(JsonElement json) =>
        json.Field("status") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : json.Text("status");

    public static GatewayEvent Status(string name, JsonElement data)
    {
        var id = data.Id("keyId") ?? data.Field("key").Id("id");
        var status = StatusOf(data);
        return (id, State(status), status) switch
        {
            (null, _, _) => new Unknown(name, "no message id"),
            ({ } known, { } state, _) => new ReceiptReceived(
                known,
                state,
                data.Flag("fromMe"),
                data.Jid("remoteJid"),
                data.Jid("participant")
            ),
            ({ } known, null, "DELETED") => new MessageRevoked(known, Source(data, vouched: true)),
            _ => new Unknown(name, "no known status"),
        };
    }

    /// <summary>A protocol message: an edit or a revocation, by name or by WhatsApp's number.</summary>
    /// <param name="source">Who it comes from, where the gateway tells; else only its author's phone says so.</param>
    public static GatewayEvent Edited(string name, JsonElement data, ChangeSource? source = null)
    {
        var key = data.Field("key");
        var by = source ?? Source(key, vouched: false);
        if (key.Id("id") is not { } id)
        {
            return new Unknown(name, "no message id");
        }

        var type = data.Field("type") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : data.Text("type");
        if (type is "REVOKE" or "0")
        {
            return new MessageRevoked(id, by);
        }

        var edited = data.Field("editedMessage");
        return edited.ValueKind == JsonValueKind.Object
            ? new MessageEdited(id, EvolutionBodies.Read(edited, null, key).Body, data.Milliseconds("timestampMs"), by)
            : new Unknown(name, "no edited text");
    }

    /// <summary>Three shapes: a bare key (revoked by its author), Evolution's own row (deleted through its API), a list of keys.</summary>
    public static GatewayEvent Deleted(string name, JsonElement data)
    {
        var key = data.Field("key");
        if (key.Id("id") is { } ours)
        {
            return key.Flag("fromMe")
                ? new MessageDeletedByUs(ours, key.Jid("remoteJid"))
                : new MessageRevoked(ours, Source(key, vouched: true));
        }

        return data.Id("id") is { } id ? new MessageRevoked(id, Source(data, vouched: true)) : new Unknown(name, "no message id");
    }

    /// <param name="key">WhatsApp's key of a message.</param>
    internal static ChangeSource Source(JsonElement key, bool vouched) =>
        new(key.Jid("remoteJid"), key.Jid("remoteJidAlt"), key.Jid("participant"), key.Jid("participantAlt"), key.Flag("fromMe"), vouched);
}
