using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>What is kept of contacts beside their names. The line of consent comes with the word that opts out.</summary>
internal sealed partial class SeededCompany
{
    private async Task ReadContactIdsAsync()
    {
        await ReadAsync<TagId>("SELECT id FROM tags WHERE tenant_id = $1");
        await ReadAsync<FieldId>("SELECT id FROM contact_fields WHERE tenant_id = $1");
        await ReadAsync<SegmentId>("SELECT id FROM segments WHERE tenant_id = $1");
        await ReadAsync<ImportId>("SELECT id FROM contact_imports WHERE tenant_id = $1");
        await ReadAsync<TemplateId>("SELECT id FROM message_templates WHERE tenant_id = $1");
        await ReadAsync<MergeId>("SELECT id FROM contact_merges WHERE tenant_id = $1");
    }

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
        var import = new ContactImport
        {
            Id = Id.New<ImportId>(now),
            TenantId = Tenant.Id,
            FileName = Secret + ".csv",
            Size = 10,
            ByName = Secret,
            CreatedAt = now,
        };
        db.AddRange(
            import,
            new ImportChunk
            {
                TenantId = Tenant.Id,
                ImportId = import.Id,
                Bytes = System.Text.Encoding.UTF8.GetBytes($"Nome;Celular\n{Secret};11977770001\n"),
            },
            new ImportRowOutcome
            {
                TenantId = Tenant.Id,
                ImportId = import.Id,
                Line = 2,
                Outcome = "created",
                Detail = Secret,
                ContactId = conversation.ContactId,
            },
            new ImportMapping
            {
                TenantId = Tenant.Id,
                Signature = Secret,
                Mapping = "{}",
                UsedAt = now,
            },
            new ImportWorkItem
            {
                ImportId = import.Id,
                TenantId = Tenant.Id,
                DueAt = now.AddYears(1),
            }
        );
        var twin = new Contact
        {
            Id = Id.New<ContactId>(now),
            TenantId = Tenant.Id,
            Name = Secret,
            CreatedAt = now,
            MergedInto = conversation.ContactId,
        };
        var merge = new ContactMergeRow
        {
            Id = Id.New<MergeId>(now),
            TenantId = Tenant.Id,
            KeptId = conversation.ContactId!.Value,
            OtherId = twin.Id,
            Plan =
                $$$"""{"name":"{{{Secret}}}","fields":"{}","fieldsLost":[],"tags":[],"identities":[],"consentBefore":{"state":"Unknown"},"consent":{"state":"Unknown"}}""",
            At = now,
            ById = Tenant.OwnerId,
            ByName = Secret,
        };
        db.AddRange(
            twin,
            merge,
            new ContactMoved
            {
                TenantId = Tenant.Id,
                MergeId = merge.Id,
                Part = "conversations",
                ItemId = conversation.Id.Value,
            },
            new ContactPair
            {
                TenantId = Tenant.Id,
                FirstId = conversation.ContactId!.Value,
                SecondId = twin.Id,
                At = now,
            },
            new ErasedRow
            {
                TenantId = Tenant.Id,
                Hash = Secret,
                At = now,
            }
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
