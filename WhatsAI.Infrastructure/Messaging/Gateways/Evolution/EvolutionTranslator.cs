using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>
/// From the body of an Evolution API webhook to gateway events. It never throws: what is no event is unreadable, what is not known, or
/// lacks what it must hold, is an <see cref="Unknown"/> event, so that the journal can mark it.
/// </summary>
public static class EvolutionTranslator
{
    public static Translation Translate(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return new Translation.Unreadable("empty body");
        }

        try
        {
            using var json = EvolutionJson.Parse(body);
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            return new Translation.Unreadable("no JSON");
        }
    }

    /// <summary>A message as <c>findMessages</c> lists it; null when it is none that a conversation shows.</summary>
    internal static GatewayMessage? Stored(JsonElement record) =>
        EvolutionMessages.Read("messages.set", record) is MessageReceived received ? received.Message : null;

    private static Translation Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new Translation.Unreadable("no object");
        }

        if (root.Word("event", 100) is not { } name)
        {
            return new Translation.Unreadable("no event name");
        }

        // With one address per event the same names come in the form of the path, in configuration in that of a constant.
        var plain = name.ToLowerInvariant().Replace('-', '.').Replace('_', '.');
        var events = Events(plain, root.Field("data")).ToList();
        if (events.Count == 0)
        {
            events.Add(new Ignored("nothing in it"));
        }

        return new Translation.Readable(name, root.Word("instance", 100), events);
    }

    private static IEnumerable<GatewayEvent> Events(string name, JsonElement data) =>
        name switch
        {
            "connection.update" => [EvolutionLink.Connection(name, data)],
            "qrcode.updated" => [EvolutionLink.Qr(name, data)],
            "status.instance" => [EvolutionLink.Closed(name, data)],
            "logout.instance" => [new InstanceLoggedOut()],
            "remove.instance" or "instance.delete" => [new InstanceRemoved()],
            "messages.upsert" => NotNull(name, data, item => EvolutionMessages.Read(name, item)),
            "send.message" => NotNull(name, data, item => EvolutionMessages.Echo(name, item)),
            "messages.set" => EvolutionMessages.History(name, data),
            "messages.update" => NotNull(name, data, item => EvolutionReceipts.Status(name, item)),
            "messages.edited" => NotNull(name, data, item => EvolutionReceipts.Edited(name, item)),
            // Told of edits through the gateway's own API only, so they are ours.
            "send.message.update" => NotNull(
                name,
                data,
                item =>
                    EvolutionReceipts.Edited(name, item, EvolutionReceipts.Source(item.Field("key"), vouched: true) with { FromMe = true })
            ),
            "messages.delete" => NotNull(name, data, item => EvolutionReceipts.Deleted(name, item)),
            "contacts.set" or "contacts.upsert" or "contacts.update" => NotNull(name, data, item => EvolutionPeople.Contact(name, item)),
            "chats.set" or "chats.upsert" or "chats.update" => NotNull(name, data, item => EvolutionPeople.Chat(name, item)),
            "chats.delete" => NotNull(name, data, item => EvolutionPeople.ChatGone(name, item)),
            "presence.update" => EvolutionPeople.Presence(name, data),
            "groups.upsert" or "groups.update" or "group.update" => NotNull(name, data, item => EvolutionPeople.Group(name, item)),
            "group.participants.update" => NotNull(name, data, item => EvolutionPeople.Members(name, item)),
            "call" => NotNull(name, data, item => EvolutionPeople.Call(name, item)),
            "labels.edit" or "labels.association" => [new Ignored("labels are not kept")],
            "instance.create" or "application.startup" => [new Ignored("told by the gateway's own actions")],
            "typebot.start" or "typebot.change.status" => [new Ignored("the gateway's own bots are not used")],
            "error" => [new Ignored("the gateway's own error report")],
            _ => [new Unknown(name, "not known")],
        };

    private static IEnumerable<GatewayEvent> NotNull(string name, JsonElement data, Func<JsonElement, GatewayEvent> read) =>
        data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? [new Unknown(name, "no data")] : data.Each().Select(read);
}
