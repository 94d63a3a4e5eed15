using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Contacts;

namespace WhatsAI.Tests.Browsing;

/// <summary>
/// A campaign in the middle of its course: two got it, a third is put off to another day, a fourth was left out. Its pool has no number, so nothing of it goes out while
/// somebody looks; what happens to it is told as the database tells it.
/// </summary>
internal sealed record LaunchedCampaign(CampaignId Id, string Name, IReadOnlyList<ContactId> People)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<LaunchedCampaign> CreateAsync(ConsoleWorld world, string name)
    {
        var (id, tenant, mark) = (default(CampaignId), world.Shop.Tenant.Id.Value, Random.Shared.Next(1_000_000, 9_999_999));
        var pool = await world.PoolAsync($"Grupo de {name}");
        var people = new List<ContactId>();
        await world.DoAsync<ContactActions>(async a =>
        {
            foreach (var person in new[] { "Larissa", "=1+1 Thiago", "Camila", "Bento" })
            {
                people.Add(await a.CreateAsync(new NewContact($"+55119{mark}{people.Count}", $"{person} {name}", [], []), Ct));
            }
        });
        await world.DoAsync<CampaignDraftActions>(async a => id = await a.CreateAsync(name, Ct));
        await world.ChangeAsync(
            """
            UPDATE campaigns SET state = 'Running', cause = 'ByPerson', state_since = now() - interval '1 hour', pool_id = $3,
                launched = jsonb_build_object('by', jsonb_build_object('value', gen_random_uuid()), 'at', now() - interval '1 hour'), canary = '{"percent":0,"least":1,"leastDelivered":0}',
                variants = '{"variants":[{"key":"A","text":"Oi","weight":1},{"key":"B","text":"Bom dia, tudo bem?","weight":1}],"mix":"Fixed"}'
            WHERE tenant_id = $1 AND id = $2
            """,
            tenant,
            id.Value,
            pool.Value
        );
        await world.ChangeAsync(
            """
            INSERT INTO campaign_runs (tenant_id, campaign_id, prepared_at, recipients, excluded, released, canary_passed, last_waiting, brake, brake_released)
            VALUES ($1, $2, now(), 3, 1, 2, true, 0, 1, 0)
            """,
            tenant,
            id.Value
        );
        await world.ChangeAsync("INSERT INTO campaign_work (tenant_id, campaign_id) VALUES ($1, $2)", tenant, id.Value);
        await world.ChangeAsync(
            """
            INSERT INTO campaign_changes (id, tenant_id, campaign_id, "from", "to", cause, by_name, at)
            VALUES (gen_random_uuid(), $1, $2, 'Draft', 'Running', 'ByPerson', 'Ana Ribeiro', now())
            """,
            tenant,
            id.Value
        );
        await world.ChangeAsync(
            """
            INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, variant, values, state, not_before, instance_id, sent_at)
            SELECT $1, $2, p.id, p.place, '+5511900000000', 0, CASE WHEN p.place = 1 THEN 'A' ELSE 'B' END, '{}', CASE WHEN p.place < 3 THEN 'Sent' ELSE 'Planned' END,
                now() + interval '2 days', CASE WHEN p.place < 3 THEN $4::uuid END, CASE WHEN p.place < 3 THEN now() END
            FROM unnest($3::uuid[]) WITH ORDINALITY AS p (id, place)
            """,
            tenant,
            id.Value,
            people.Take(3).Select(p => p.Value).ToArray(),
            world.Shop.Id.Value
        );
        await world.ChangeAsync(
            "INSERT INTO campaign_exclusions (tenant_id, campaign_id, contact_id, reason) VALUES ($1, $2, $3, 'OptedOut')",
            tenant,
            id.Value,
            people[3].Value
        );
        await world.ChangeAsync(
            """
            INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT tenant_id, campaign_id, state, coalesce(variant, ''), coalesce(instance_id, '00000000-0000-0000-0000-000000000000'), source, '', count(*)::int
            FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY 1, 2, 3, 4, 5, 6
            """,
            tenant,
            id.Value
        );
        await world.ChangeAsync(
            "INSERT INTO campaign_hours (tenant_id, campaign_id, hour, sent, delivered, read, replied, failed, opted_out) VALUES ($1, $2, date_trunc('hour', now()), 2, 0, 0, 0, 0, 0)",
            tenant,
            id.Value
        );
        return new LaunchedCampaign(id, name, people);
    }

    /// <summary>What became of one of them, as the database tells it.</summary>
    public Task TellAsync(ConsoleWorld world, int person, string kind) =>
        world.ChangeAsync(
            "INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at) VALUES ($1, $2, $3, $4, now())",
            world.Shop.Tenant.Id.Value,
            Id.Value,
            People[person].Value,
            kind
        );
}
