using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Events about contacts, chats, presence, groups and calls.</summary>
internal static class EvolutionPeople
{
    public static GatewayEvent Contact(string name, JsonElement data)
    {
        if (!data.Has("remoteJid") && !data.Has("id"))
        {
            return new Ignored("a contact without an address");
        }

        if ((data.Jid("remoteJid") ?? data.Jid("id")) is not { } jid)
        {
            return new Unknown(name, "no address");
        }

        // For a group the name is the last sender's.
        return jid.Kind is JidKind.Phone or JidKind.Lid or JidKind.Group
            ? new ContactSeen(
                jid,
                data.Jid("remoteJidAlt") ?? data.Jid("lid"),
                jid.IsPerson ? data.Word("pushName") : null,
                data.Word("profilePicUrl", 2000)
            )
            : new Ignored("an address that is no person");
    }

    public static GatewayEvent Chat(string name, JsonElement data) =>
        (data.Jid("remoteJid") ?? data.Jid("id")) is { } jid
            ? new ChatSeen(jid, data.Word("name"), data.Count("unreadMessages"))
            : new Unknown(name, "no address");

    public static GatewayEvent ChatGone(string name, JsonElement data)
    {
        var text = data.ValueKind == JsonValueKind.String ? data.GetString() : data.Text("remoteJid") ?? data.Text("id");
        return Jid.TryParse(text, out var jid) ? new ChatDeleted(jid) : new Unknown(name, "no address");
    }

    public static IEnumerable<GatewayEvent> Presence(string name, JsonElement data)
    {
        var presences = data.Field("presences");
        if (data.Jid("id") is not { } chat || presences.ValueKind != JsonValueKind.Object)
        {
            yield return new Unknown(name, "no address");
            yield break;
        }

        foreach (var entry in presences.EnumerateObject())
        {
            yield return Jid.TryParse(entry.Name, out var actor) && Presence(entry.Value.Text("lastKnownPresence")) is { } state
                ? new PresenceChanged(chat, actor, state, entry.Value.Seconds("lastSeen"))
                : new Unknown(name, "no known presence");
        }
    }

    public static GatewayEvent Group(string name, JsonElement data) =>
        data.Jid("id") is { Kind: JidKind.Group } group
            ? new GroupChanged(group, data.Word("subject"), [.. data.Field("participants").Each().Select(Member).OfType<GroupMember>()])
            : new Unknown(name, "no group");

    public static GatewayEvent Members(string name, JsonElement data)
    {
        GroupChange? change = data.Text("action") switch
        {
            "add" => GroupChange.Added,
            "remove" or "leave" => GroupChange.Removed,
            "promote" => GroupChange.Promoted,
            "demote" => GroupChange.Demoted,
            _ => null,
        };
        if (data.Jid("id") is not { Kind: JidKind.Group } group || change is not { } known)
        {
            return new Unknown(name, "no group or action");
        }

        // participantsData repeats the list with phone and name, where Evolution could look them up.
        var list =
            data.Field("participantsData") is { ValueKind: JsonValueKind.Array } full && full.GetArrayLength() > 0
                ? full
                : data.Field("participants");
        return new GroupMembersChanged(group, known, data.Jid("author"), [.. list.Each().Select(Member).OfType<GroupMember>()]);
    }

    public static GatewayEvent Call(string name, JsonElement data)
    {
        CallStatus? status = data.Text("status") switch
        {
            "offer" or "ringing" => CallStatus.Offered,
            "accept" => CallStatus.Accepted,
            "reject" => CallStatus.Rejected,
            "timeout" => CallStatus.Missed,
            "terminate" => CallStatus.Ended,
            _ => null,
        };
        return data.Id("id") is { } id && (data.Jid("from") ?? data.Jid("chatId")) is { } from && status is { } known
            ? new CallReceived(id, from, known, data.MaybeFlag("isVideo"), data.Flag("isGroup"), data.Iso("date"))
            : new Unknown(name, "no id, caller or status");
    }

    private static GroupMember? Member(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.String ? json.GetString() : json.Text("jid") ?? json.Text("id");
        return Jid.TryParse(text, out var jid)
            ? new GroupMember(jid, json.Jid("phoneNumber") ?? (jid.Kind == JidKind.Phone ? jid : null), json.Word("name"))
            : null;
    }

    private static PresenceState? Presence(string? text) =>
        text switch
        {
            "available" => PresenceState.Available,
            "unavailable" => PresenceState.Unavailable,
            "composing" => PresenceState.Composing,
            "recording" => PresenceState.Recording,
            "paused" => PresenceState.Paused,
            _ => null,
        };
}
