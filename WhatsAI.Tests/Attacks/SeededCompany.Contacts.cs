using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>What is kept of contacts beside their names. The line of consent comes with the word that opts out.</summary>
internal sealed partial class SeededCompany
{
    private void AddContacts(ConsoleDb db, Conversation conversation, DateTimeOffset now)
    {
        var tag = new Tag(Id.New<TagId>(now), Tenant.Id, "Etiqueta " + Secret, 3, now);
        var field = new ContactField(Id.New<FieldId>(now), Tenant.Id, Secret, FieldKind.Text, [], now);
        var rule = new SegmentRule.All([new SegmentRule.FieldIs(field.Key, new FieldTest.Contains(Secret))]);
        var catalog = new SegmentCatalog(
            new Dictionary<string, ContactField>(StringComparer.Ordinal) { [field.Key] = field },
            new HashSet<TagId>(),
            new HashSet<Guid>()
        );
        db.AddRange(
            tag,
            field,
            new Segment(Id.New<SegmentId>(now), Tenant.Id, "Segmento " + Secret, rule, catalog, now),
            new ContactTag
            {
                TenantId = Tenant.Id,
                ContactId = conversation.ContactId!.Value,
                TagId = tag.Id,
            }
        );
    }
}
