using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>A message's frame: who, where, when, in answer to what. What it says is read by <see cref="EvolutionBodies"/>.</summary>
internal static class EvolutionMessages
{
    private const int LongestPreview = 1000;

    public static GatewayEvent Echo(string name, JsonElement data) =>
        Read(name, data) is MessageReceived received ? new MessageSentEcho(received.Message) : Read(name, data);

    public static IEnumerable<GatewayEvent> History(string name, JsonElement data)
    {
        var read = data.Each().Select(item => Read(name, item)).ToList();
        var messages = read.OfType<MessageReceived>().Select(received => received.Message).ToList();
        var others = read.Where(one => one is not (MessageReceived or Ignored));
        return messages.Count == 0 ? others : others.Prepend(new HistoryReceived(messages));
    }

    public static GatewayEvent Read(string name, JsonElement data)
    {
        var key = data.Field("key");
        if (key.Id("id") is not { } id || key.Jid("remoteJid") is not { } chat)
        {
            return new Unknown(name, "no id or address");
        }

        if (Outside(chat) is { } reason)
        {
            return new Ignored(reason);
        }

        var said = EvolutionBodies.Read(data.Field("message"), data.Text("messageType"), key);
        return said.Type switch
        {
            "reactionMessage" => Reaction(name, data, key, chat, said.Content),
            "protocolMessage" => Protocol(name, said.Content, key),
            _ when said.Silent is { } silent => new Ignored(silent),
            null when data.Has("messageStubType") => new Ignored("a system notice"),
            _ => new MessageReceived(Message(id, chat, data, key, said)),
        };
    }

    private static GatewayMessage Message(string id, Jid chat, JsonElement data, JsonElement key, EvolutionBody said)
    {
        // extendedText loses its wrapper on the way and its context moves up; other kinds keep their own.
        var context = said.Content.Field("contextInfo") is { ValueKind: JsonValueKind.Object } own ? own : data.Field("contextInfo");
        var fromMe = key.Flag("fromMe");
        return new GatewayMessage
        {
            ProviderId = id,
            Chat = chat,
            ChatAlt = key.Jid("remoteJidAlt"),
            Sender = chat.IsPerson ? null : key.Jid("participant") ?? data.Jid("participant"),
            SenderAlt = chat.IsPerson ? null : key.Jid("participantAlt"),
            FromMe = fromMe,
            PushName = data.Word("pushName"),
            At = data.Seconds("messageTimestamp"),
            Body = said.Body,
            Quoted = Quoted(context, key),
            Mentions =
            [
                .. context
                    .Field("mentionedJid")
                    .Each()
                    .Select(json => json.ValueKind == JsonValueKind.String && Jid.TryParse(json.GetString(), out var jid) ? jid : null)
                    .OfType<Jid>(),
            ],
            Forwarded = context.Flag("isForwarded") || context.Long("forwardingScore") > 0,
            Ephemeral = said.Ephemeral || context.Long("expiration") > 0,
            ViewOnce = said.ViewOnce,
            Ad = Ad(context),
            Source = data.Word("source", 40),
            State = fromMe ? State(data) : null,
        };
    }

    private static QuotedMessage? Quoted(JsonElement context, JsonElement key)
    {
        if (context.Id("stanzaId") is not { } id)
        {
            return null;
        }

        var quoted = context.Field("quotedMessage");
        var body = quoted.ValueKind == JsonValueKind.Object ? EvolutionBodies.Read(quoted, null, key).Body : null;
        var preview = body is null or { Plain.Length: 0 } ? null : EvolutionJson.Cut(body.Plain, LongestPreview);
        return new QuotedMessage(id, context.Jid("participant"), preview, body?.Kind);
    }

    // externalAdReply also decorates ordinary links; an advertisement says so or carries a click id.
    private static AdReferral? Ad(JsonElement context)
    {
        var ad = context.Field("externalAdReply");
        var click = ad.Word("ctwaClid", 1000);
        return click is not null || ad.Text("sourceType") is "ad" || (context.Has("conversionSource") && ad.Has("sourceId"))
            ? new AdReferral(
                ad.Word("sourceType", 40),
                ad.Word("sourceId"),
                ad.Word("sourceUrl", 2000),
                ad.Word("title"),
                ad.Word("body", 1000),
                click
            )
            : null;
    }

    private static GatewayEvent Reaction(string name, JsonElement data, JsonElement key, Jid chat, JsonElement reaction)
    {
        if (reaction.Field("key").Id("id") is not { } target)
        {
            return new Unknown(name, "a reaction to nothing");
        }

        var fromMe = key.Flag("fromMe");
        var actor = chat.IsPerson ? chat : key.Jid("participant");
        return new ReactionChanged(
            target,
            reaction.Word("text", 40),
            chat,
            key.Jid("remoteJidAlt"),
            fromMe ? null : actor,
            fromMe ? null : key.Jid(chat.IsPerson ? "remoteJidAlt" : "participantAlt"),
            fromMe,
            reaction.Milliseconds("senderTimestampMs") ?? data.Seconds("messageTimestamp")
        );
    }

    private static GatewayEvent Protocol(string name, JsonElement protocol, JsonElement key)
    {
        if (!protocol.Has("editedMessage") && protocol.Field("type") is var type && type.ValueKind == JsonValueKind.Undefined)
        {
            // protobuf leaves out a 0, which is REVOKE; without a key it is one of the many others.
            return protocol.Field("key").Id("id") is { } revoked
                ? new MessageRevoked(revoked, EvolutionReceipts.Source(key, vouched: true))
                : new Ignored("a protocol message");
        }

        var known = protocol.Field("type") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : protocol.Text("type");
        return known is "REVOKE" or "0" or "MESSAGE_EDIT" or "14"
            ? EvolutionReceipts.Edited(name, protocol, EvolutionReceipts.Source(key, vouched: true))
            : new Ignored("a protocol message");
    }

    // A message that has an id is in the gateway's hands, whatever it still calls pending. Rows from findMessages keep their receipts
    // in a list, in the order they came, which is any.
    internal static DeliveryState? State(JsonElement data)
    {
        var known = data.Field("MessageUpdate")
            .Each()
            .Append(data)
            .Select(one => EvolutionReceipts.State(EvolutionReceipts.StatusOf(one)))
            .OfType<DeliveryState>()
            .ToList();
        return known.Count == 0 ? null : known.Aggregate(DeliveryState.Sent, DeliveryStates.Advance);
    }

    private static string? Outside(Jid chat) =>
        chat.Kind switch
        {
            JidKind.Status => "a story, not a message",
            JidKind.Broadcast => "a broadcast list's own copy",
            JidKind.Newsletter => "a channel's post",
            JidKind.Other => "a chat of a kind not served",
            _ => null,
        };
}
