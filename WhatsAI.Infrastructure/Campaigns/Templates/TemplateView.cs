using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

/// <summary>A line of the list.</summary>
/// <param name="Text">Of the first variant, as it was written.</param>
/// <param name="Proposed">Variants that wait for a person's approval.</param>
/// <param name="File">What goes with it; null: words alone.</param>
public sealed record TemplateRow(
    TemplateId Id,
    string Name,
    string Text,
    int Variants,
    int Proposed,
    MessageKind? File,
    DateTimeOffset ChangedAt,
    DateTimeOffset? ArchivedAt,
    TemplateKey Key
);

/// <summary>A place in the list.</summary>
public sealed record TemplateKey(string FoldedName, TemplateId Id);

/// <param name="Approvers">What they are called who approved a proposed variant.</param>
public sealed record TemplateView(
    TemplateId Id,
    string Name,
    VariantSet Variants,
    ScheduledFile? File,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset? ArchivedAt,
    uint Version,
    IReadOnlyDictionary<Guid, string> Approvers
);

/// <summary>What a template would say to one person.</summary>
/// <param name="Name">Null where only a phone is known.</param>
/// <param name="Values">Of every variable that the company has, as a launch would fix them.</param>
public sealed record TemplatePerson(ContactId Id, string? Name, string? Phone, FrozenValues Values);
