using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Tags;

namespace WhatsAI.Tests.Browsing;

/// <summary>Campaigns that were launched before anybody looks.</summary>
internal static class RunningCampaign
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>To so many people of its own, who do not mind that their consent is unknown.</summary>
    public static async Task<CampaignId> LaunchAsync(this ConsoleWorld world, string name, PoolId pool, int people)
    {
        await using var scope = world.Enter(world.Shop.Tenant);
        T Get<T>()
            where T : notnull => scope.ServiceProvider.GetRequiredService<T>();
        var tag = await Get<TagActions>().CreateAsync(name, 1, Ct);
        for (var i = 0; i < people; i++)
        {
            var customer = world.NewCustomer($"Cliente {name}");
            await Get<ContactActions>().CreateAsync(new NewContact("+" + customer.Phone, customer.Name, [tag], []), Ct);
        }

        var wording = new VariantDraft("A", "Oi {{contact.first_name}}");
        var template = await Get<TemplateActions>().CreateAsync(new TemplateForm($"Modelo {name}", [wording], VariantMix.Fixed, null), Ct);
        var drafts = Get<CampaignDraftActions>();
        var id = await drafts.CreateAsync(name, Ct);
        var version = (await Get<CampaignDraftQueries>().FindAsync(id, Ct))!.Version;
        version = await drafts.WriteAsync(id, template, new Dictionary<string, string>(), version, Ct);
        version = await drafts.AddressAsync(id, new Audience([new AudienceSource.OfTag(tag)], []), version, Ct);
        await drafts.SendThroughAsync(id, new SendingForm(pool, new CanaryPolicy(0), 3, []), version, Ct);
        await Get<FlightPlans>().MakeAsync(id, LegalBasis.LegitimateInterest, ct: Ct);
        await Get<CampaignLaunching>().LaunchAsync(id, Ct);
        return id;
    }
}
