using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts.Fields;

namespace WhatsAI.Infrastructure.Campaigns.Planning;

/// <summary>A draft's audience, counted by the very judge that will freeze it.</summary>
/// <param name="Groups">Who is written to.</param>
/// <param name="Count">Of all.</param>
/// <param name="LeftOut">The first of each reason, <see cref="FlightPlans.MostLeftOut"/> at the most.</param>
internal sealed record AudienceTally(
    IReadOnlyList<FlightGroup> Groups,
    AudienceCount Count,
    IReadOnlyDictionary<Exclusion, IReadOnlyList<Guid>> LeftOut
)
{
    private const int Page = 4_000;

    /// <summary>Reads all of it, a page at a time. The connection has entered the tenant.</summary>
    public static async Task<AudienceTally> CountAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Campaign campaign,
        MessageTemplate template,
        AudiencePolicy policy,
        DateTimeOffset startsAt,
        DateTimeOffset now,
        IProgress<PlanProgress>? progress,
        CancellationToken ct
    )
    {
        var day = SegmentDay.Of(now, policy.Zone);
        var scope = await AudienceScope.ReadAsync(connection, tenant, campaign.Audience!, day, ct);
        var company = await TemplateCompany.OfAsync(connection, tenant, ct);
        var fields = (await FieldSql.AllAsync(connection, tenant, shared: false, ct)).Values.ToArray();
        TemplateText[] texts = [.. template.Variants.Used.Select(v => TemplateText.Launched(v.Text))];
        var judge = new AudienceJudge(policy, startsAt);
        var groups = new Dictionary<(Reach, InstanceId?), int>();
        var leftOut = new Dictionary<Exclusion, List<Guid>>();
        ContactId? after = null;
        while (true)
        {
            var people = await AudienceSql.ReadAsync(AudienceSql.Page(connection, tenant, scope, after, Page, campaign.PoolId), ct);
            foreach (var person in people)
            {
                var excluded = judge.Judge(
                    person.Facts,
                    () => FrozenValues.Of(texts, company.Of(person.Name, person.Fields, fields, campaign.Values)).HasHole(texts)
                );
                if (excluded is not { } why)
                {
                    var key = (person.IsKnown ? Reach.Known : Reach.Stranger, person.Talks);
                    groups[key] = groups.GetValueOrDefault(key) + 1;
                }
                else if (!leftOut.TryGetValue(why, out var first) || first.Count < FlightPlans.MostLeftOut)
                {
                    (first ?? (leftOut[why] = [])).Add(person.Facts.Contact.Value);
                }
            }

            progress?.Report(new PlanProgress(judge.Count.Total));
            if (people.Count < Page)
            {
                return new AudienceTally(
                    [.. groups.Select(g => new FlightGroup(g.Key.Item1, g.Value, g.Key.Item2))],
                    judge.Count,
                    leftOut.ToDictionary(l => l.Key, l => (IReadOnlyList<Guid>)l.Value)
                );
            }

            after = people[^1].Facts.Contact;
        }
    }
}
