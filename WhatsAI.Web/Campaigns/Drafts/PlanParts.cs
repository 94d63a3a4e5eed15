using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>What a flight plan is drawn with beside itself.</summary>
/// <param name="Template">Null: it is gone.</param>
/// <param name="Pool">Null: it is gone, or the member sees no numbers at all.</param>
/// <param name="Numbers">Those the member sees.</param>
public sealed record PlanReading(
    TemplateView? Template,
    TemplateCatalog Catalog,
    PoolRow? Pool,
    IReadOnlyDictionary<InstanceId, NumberRow> Numbers
);

/// <summary>Reads it.</summary>
public sealed class PlanParts(TemplateQueries templates, PoolQueries pools, InstanceQueries numbers, CurrentMember member)
{
    public async Task<PlanReading> ReadAsync(CampaignDraftView draft, CancellationToken ct)
    {
        var template = draft.Template is { } id ? await templates.FindAsync(id, ct) : null;
        var catalog = await templates.CatalogAsync(ct);
        if (!member.Allows(Permission.NumbersRead))
        {
            return new PlanReading(template, catalog, null, new Dictionary<InstanceId, NumberRow>());
        }

        var pool = draft.Pool is { } through ? await pools.FindAsync(through, ct) : null;
        return new PlanReading(template, catalog, pool, (await numbers.WallAsync(ct)).ToDictionary(n => n.Id));
    }
}
