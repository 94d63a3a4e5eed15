using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

internal sealed partial class SeededCompany
{
    private void AddTemplate(ConsoleDb db, MediaFile file, DateTimeOffset now) =>
        db.AddRange(
            // A key that nobody can read: no test asks a real provider.
            new AiSettings(Tenant.Id, AiProvider.OpenAi, "model-" + Secret, Secret, now),
            new MessageTemplate(
                Id.New<TemplateId>(now),
                Tenant.Id,
                "Modelo " + Secret,
                new VariantSet([new Variant("A", Secret), new Variant("B", Secret + "!", IsProposed: true, ApprovedBy: Tenant.OwnerId)]),
                new ScheduledFile(file.Id, new ImageBody(new MediaReference("image/png", 3, Secret + ".png"))),
                new TemplateCatalog(new Dictionary<string, ContactField>(StringComparer.Ordinal), new HashSet<string>()),
                now
            )
        );
}
