using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Contacts;

/// <summary>A person the tenant talks with. The phone may be unknown (a LID tells none) and be learned later.</summary>
public sealed class Contact : ITenantOwned
{
    public ContactId Id { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>The name a member gave; wins over <see cref="PushName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>The name the person gave himself in WhatsApp, as last seen.</summary>
    public string? PushName { get; init; }

    /// <summary>E.164 with Brazil's ninth digit.</summary>
    public string? Phone { get; init; }

    /// <summary>The profile picture as stored; null where none was fetched.</summary>
    public Messaging.MediaId? PictureId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set when this contact turned out to be another one under a second identity.</summary>
    public ContactId? MergedInto { get; init; }

    /// <summary>Set when the person was forgotten: what is left of him says nobody's name.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Values by field key, as <see cref="Fields.FieldValues"/> writes them.</summary>
    public string Values { get; init; } = "{}";

    /// <summary>The texts and choices among them as they are compared (<see cref="Segments.SegmentEvaluation.Fold"/>): SQL compares with what Core folded.</summary>
    public string FoldedValues { get; init; } = "{}";

    public ConsentState ConsentState { get; init; }

    public DateTimeOffset? ConsentSince { get; init; }

    public LegalBasis? ConsentBasis { get; init; }

    public ConsentSource? ConsentSource { get; init; }

    /// <summary>By what lists are ordered: the folded name, else the number. The database keeps it.</summary>
    public string SortName { get; private set; } = "";
}

public enum IdentityKind
{
    /// <summary>E.164 in canonical form; both forms of a Brazilian mobile lead here.</summary>
    Phone,

    /// <summary>WhatsApp's hidden id of a person, without the domain.</summary>
    Lid,
}

/// <summary>By what a contact is recognized; unique in a tenant, so a burst cannot make two contacts of one person.</summary>
public sealed class ContactIdentity : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public IdentityKind Kind { get; init; }

    public string Value { get; init; } = "";

    public ContactId ContactId { get; init; }

    /// <summary>The address WhatsApp itself used for this identity ("5511…@s.whatsapp.net", perhaps without the ninth digit); what is sent to.</summary>
    public string Jid { get; init; } = "";

    public DateTimeOffset FirstSeenAt { get; init; }
}

/// <summary>A person nobody of the tenant may send campaign or automatic messages to, by any number.</summary>
public sealed class Suppression : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public IdentityKind Kind { get; init; }

    public string Value { get; init; } = "";

    /// <summary>Why, as a resource key ("opt-out").</summary>
    public string Reason { get; init; } = "";

    public DateTimeOffset Since { get; init; }
}
