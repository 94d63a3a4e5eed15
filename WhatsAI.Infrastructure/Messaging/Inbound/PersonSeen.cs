using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>A person as an event names him: one or two addresses, perhaps a name.</summary>
internal sealed record PersonSeen(Jid Jid, Jid? Alt, string? PushName)
{
    /// <summary>What he is recognized by, the phone first.</summary>
    public IEnumerable<IdentityKey> Keys =>
        new[] { Jid, Alt }.OfType<Jid>().Select(IdentityKey.Of).OfType<IdentityKey>().DistinctBy(k => k.Kind).OrderBy(k => k.Kind);
}

/// <param name="Jid">The address as WhatsApp wrote it, which is the one to answer to.</param>
internal sealed record IdentityKey(IdentityKind Kind, string Value, string Jid)
{
    public static IdentityKey? Of(Jid jid) =>
        jid switch
        {
            { Kind: JidKind.Lid } => new IdentityKey(IdentityKind.Lid, jid.User, jid.Value),
            { Phone: { } phone } => new IdentityKey(IdentityKind.Phone, phone.Value, jid.Value),
            _ => null,
        };
}
