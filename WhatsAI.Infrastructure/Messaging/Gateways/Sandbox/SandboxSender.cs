using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Who writes and where to, as message keys name it: by phone number, by LID, or inside a group.</summary>
internal sealed class SandboxSender
{
    private readonly SandboxWrite _write;
    private readonly string _pn;
    private readonly string _lid;

    public SandboxSender(SandboxWrite write, SandboxInstance instance)
    {
        _write = write;
        var jid = SandboxJid.Of(write.From);
        (_pn, _lid) = SandboxJid.IsLid(jid) ? ("", jid) : (jid, SandboxJid.LidOf(jid));
        RemoteJid = write switch
        {
            { Kind: "status" } => "status@broadcast",
            { Group: { } group } => SandboxJid.Of(group),
            { Addressing: SandboxAddressing.Pn } => jid,
            _ => _lid,
        };
        Name = write.Name ?? instance.Chats.Contact(RemoteJid)?.PushName ?? "Ana Teste";
    }

    public string RemoteJid { get; }

    /// <summary>Whether the number does not hear him in a chat of their own.</summary>
    public bool IsBlocked(SandboxChats chats) =>
        !_write.FromMe && !SandboxJid.IsGroup(RemoteJid) && (chats.IsBlocked(_pn) || chats.IsBlocked(_lid));

    public string Name { get; }

    public JsonObject Key(string id)
    {
        var group = SandboxJid.IsGroup(RemoteJid);
        var key = new JsonObject { ["remoteJid"] = RemoteJid };
        if (!group && _write is { Kind: not "status", Addressing: not SandboxAddressing.LidOnly } && _pn.Length > 0)
        {
            key["remoteJidAlt"] = RemoteJid == _lid ? _pn : _lid;
        }

        (key["fromMe"], key["id"]) = (_write.FromMe, id);
        key["addressingMode"] = group || RemoteJid == _lid ? "lid" : "pn";
        if (group && !_write.FromMe)
        {
            key["participant"] = _lid;
            if (_write.Addressing != SandboxAddressing.LidOnly && _pn.Length > 0)
            {
                key["participantAlt"] = _pn;
            }
        }
        else if (_write.Kind == "status")
        {
            key["participant"] = _pn;
        }

        return key;
    }
}
