using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>A campaign that is over, with a recipient, somebody who was left out, and all that is counted of it.</summary>
internal sealed partial class SeededCompany
{
    private void AddLaunched(ConsoleDb db, CampaignId id, PoolId pool, InstanceId number, ContactId contact, DateTimeOffset now)
    {
        var template = new MessageTemplate(
            Id.New<TemplateId>(now),
            Tenant.Id,
            Secret,
            new VariantSet([new Variant("A", Secret)]),
            file: null,
            new TemplateCatalog(new Dictionary<string, ContactField>(StringComparer.Ordinal), new HashSet<string>()),
            now
        );
        var campaign = new Campaign(id, Tenant.Id, Secret, Tenant.OwnerId, now);
        campaign.Write(template.Id, new Dictionary<string, string> { ["cupom"] = Secret });
        campaign.Address(new Audience([new AudienceSource.OfTag(new TagId(Guid.NewGuid()))], []));
        campaign.SendThrough(pool, new CanaryPolicy(0), 3);
        campaign.Launch(Tenant.OwnerId, null, template, now);
        campaign.Become(CampaignState.Completed, CampaignCause.Finished, null, now);
        var settings = new CampaignSettings(Tenant.Id);
        settings.Change(new PersonCap(2, 5), new(500), skipsConversations: false, price: 0.35m);
        db.AddRange(
            campaign,
            settings,
            new CampaignChangeRow
            {
                Id = Guid.NewGuid(),
                TenantId = Tenant.Id,
                CampaignId = id,
                To = CampaignState.Running,
                Cause = CampaignCause.ByPerson,
                ById = Tenant.OwnerId,
                ByName = Secret,
                At = now,
            },
            new CampaignRunRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                PreparedAt = now,
                Recipients = 1,
                Excluded = 1,
            },
            new CampaignWorkItem { TenantId = Tenant.Id, CampaignId = id },
            new CampaignNewsRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                ContactId = contact,
                Kind = nameof(RecipientState.Read),
                At = now,
            },
            new CampaignRecipientRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                ContactId = contact,
                Phone = "+5511977770001",
                Variant = "A",
                Values = $$"""{"contact.name":"{{Secret}}"}""",
                State = RecipientState.Sent,
                InstanceId = number,
                NotBefore = now,
                SentAt = now,
            },
            new CampaignExclusionRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                ContactId = contact,
                Reason = Exclusion.OverCap,
                Phone = "+5511977770001",
            },
            new CampaignCountRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                Kind = nameof(RecipientState.Sent),
                Variant = "A",
                InstanceId = number,
                People = 1,
            },
            new CampaignHourRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                Hour = now,
                Sent = 1,
            },
            new FlightPlanRow
            {
                TenantId = Tenant.Id,
                CampaignId = id,
                Print = "",
                Plan = new FlightPlan(
                    1,
                    new AudienceCount(1, 1, new Dictionary<Exclusion, int>()),
                    now,
                    null,
                    [],
                    0,
                    null,
                    null,
                    null,
                    [],
                    1
                ),
                MadeAt = now,
                MadeBy = Tenant.OwnerId,
            }
        );
    }
}
