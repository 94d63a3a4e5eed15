using System.Text;
using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>A row of <c>findMessages</c> in the form of the webhooks that it stands for.</summary>
internal static class EvolutionStored
{
    /// <summary>Null for what no webhook of it would show: stories, protocol messages, what cannot be read.</summary>
    public static StoredEvents? Read(string instance, JsonElement record)
    {
        var key = record.Field("key");
        if (key.Id("id") is not { } id || !IsShown(record))
        {
            return null;
        }

        var fromMe = key.Flag("fromMe");
        var state = EvolutionMessages.State(record);
        return new StoredEvents(
            id,
            fromMe,
            record.Seconds("messageTimestamp"),
            state,
            // As an echo: only that is compared with what of ours is in doubt.
            Body(fromMe ? "send.message" : "messages.upsert", instance, record.GetRawText()),
            NameOf(state) is { } status ? Body("messages.update", instance, Receipt(id, key, fromMe, status)) : null
        );
    }

    private static bool IsShown(JsonElement record) =>
        EvolutionMessages.Read("messages.upsert", record) switch
        {
            MessageReceived { Message.Chat: { IsPerson: true } or { Kind: JidKind.Group } } => true,
            ReactionChanged => true,
            _ => false,
        };

    // The record's own text, not written anew: half a character in it would not survive that.
    private static byte[] Body(string name, string instance, string data) =>
        Encoding.UTF8.GetBytes($$"""{"event":"{{name}}","instance":{{JsonSerializer.Serialize(instance)}},"data":{{data}}}""");

    private static string Receipt(string id, JsonElement key, bool fromMe, string status) =>
        JsonSerializer.Serialize(
            new
            {
                keyId = id,
                remoteJid = key.Jid("remoteJid")?.Value,
                fromMe,
                status,
            }
        );

    private static string? NameOf(DeliveryState? state) =>
        state switch
        {
            DeliveryState.Delivered => "DELIVERY_ACK",
            DeliveryState.Read => "READ",
            DeliveryState.Played => "PLAYED",
            DeliveryState.Failed => "ERROR",
            _ => null,
        };
}
