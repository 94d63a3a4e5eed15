using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>A line of the list.</summary>
/// <param name="Name">As members call the person, else as he calls himself.</param>
/// <param name="Phone">E.164; null while it is not known.</param>
/// <param name="LastAt">The last message either way, through a number that the member sees.</param>
public sealed record ContactRow(
    ContactId Id,
    string? Name,
    string? Phone,
    MediaId? PictureId,
    ConsentState Consent,
    IReadOnlyList<TagId> Tags,
    DateTimeOffset? LastAt,
    ContactKey Key
);

/// <summary>A place in the list.</summary>
/// <param name="SortName">As the database keeps it.</param>
public sealed record ContactKey(string SortName, ContactId Id);

/// <summary>Which contacts. All of it holds at once.</summary>
/// <param name="Text">A name, a part of a number, what a field holds, a tag.</param>
/// <param name="Segment">A saved one; one that is gone selects nobody.</param>
public sealed record ContactFilter(string? Text = null, TagId? Tag = null, ConsentState? Consent = null, SegmentId? Segment = null)
{
    public bool IsEmpty => string.IsNullOrWhiteSpace(Text) && Tag is null && Consent is null && Segment is null;
}

/// <summary>Everything that a member sees of a contact.</summary>
/// <param name="OwnName">The name that members gave; null: none.</param>
public sealed record ContactView(
    ContactId Id,
    string? OwnName,
    string? PushName,
    string? Phone,
    MediaId? PictureId,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, FieldValue> Fields,
    IReadOnlyList<TagId> Tags,
    Consent Consent,
    IReadOnlyList<ConsentChangeRow> History,
    IReadOnlyList<ContactThread> Threads
)
{
    public string? Name => OwnName ?? PushName;
}

/// <summary>A line of the consent history, the newest first.</summary>
public sealed record ConsentChangeRow(
    ConsentState From,
    ConsentState To,
    DateTimeOffset SaidAt,
    ConsentSource Source,
    LegalBasis? Basis,
    string? Proof,
    string? ByName,
    DateTimeOffset At
);

/// <summary>A conversation with the person, through a number that the member sees.</summary>
public sealed record ContactThread(ConversationId Id, string Number, ConversationStatus Status, DateTimeOffset LastAt, string Preview);

/// <summary>What lists, forms and segments name.</summary>
public sealed record ContactCatalog(IReadOnlyList<ContactField> Fields, IReadOnlyList<TagRow> Tags, IReadOnlyList<SegmentRow> Segments)
{
    public static ContactCatalog Empty { get; } = new([], [], []);
}

public sealed record TagRow(TagId Id, string Name, int Colour, uint Version);

public sealed record SegmentRow(SegmentId Id, string Name, SegmentRule Rule, uint Version);
