using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Bench;

/// <summary>What the campaigns' screens read, of a company with a thousand campaigns and five million recipients.</summary>
internal static class CampaignScreens
{
    private const int OfContacts = 20;

    // One read serves everybody who looks within a quarter of a second; the next one waits that long.
    private static readonly TimeSpan _sharedFor = TimeSpan.FromMilliseconds(300);

    public static async Task MeasureAsync(PoolCluster cluster, ServiceProvider services, BenchOptions options)
    {
        var (campaigns, each) = options.Quick ? (50, 100) : (1_000, 5_000);
        await FillAsync(cluster, campaigns, each);
        var total = await cluster.ScalarAsync<long>("SELECT count(*) FROM campaign_recipients");
        var largest = new CampaignId(
            await cluster.ScalarAsync<Guid>("SELECT campaign_id FROM campaign_runs ORDER BY recipients DESC LIMIT 1")
        );
        var number = new InstanceId(await cluster.ScalarAsync<Guid>("SELECT id FROM instances LIMIT 1"));
        var table = new Table($"Screens of {campaigns:N0} campaigns with {total:N0} recipients", "read", "p50", "p95", "most");
        await AddAsync("list, first page", (CampaignListQueries q) => q.PageAsync());
        var page = await Campaigns.DoAsync<CampaignListQueries, KeyPage<CampaignListRow, CampaignKey>>(
            cluster,
            services,
            q => q.PageAsync()
        );
        await AddAsync("list, further page", (CampaignListQueries q) => q.PageAsync(after: page.Next));
        await AddAsync("list, of one state", (CampaignListQueries q) => q.PageAsync(state: CampaignState.Completed));
        await AddAsync("list, by name", (CampaignListQueries q) => q.PageAsync("campanha 77"));
        await AddAsync("head and figures of the largest", (CampaignLiveQueries q) => q.FindAsync(largest), _sharedFor);
        await AddAsync("its recipients", (RecipientQueries q) => q.PageAsync(largest, new RecipientFilter()));
        await AddAsync("its failed ones", (RecipientQueries q) => q.PageAsync(largest, new RecipientFilter(RecipientPart.Failed)));
        await AddAsync("of one number", (RecipientQueries q) => q.PageAsync(largest, new RecipientFilter(Number: number)));
        await AddAsync("by a phone's end", (RecipientQueries q) => q.PageAsync(largest, new RecipientFilter(Text: "00012345")));
        await AddAsync("who was left out", (ExclusionQueries q) => q.PageAsync(largest, Exclusion.OptedOut));
        await AddAsync("a page of the proof sheet", (ProofQueries q) => q.RecipientsAsync(largest, null));
        table.Print();

        async Task AddAsync<TQueries, T>(string name, Func<TQueries, Task<T>> read, TimeSpan pause = default)
            where TQueries : notnull
        {
            var times = new List<double>();
            for (var i = 0; i < (options.Quick ? 5 : 60); i++)
            {
                var watch = Stopwatch.StartNew();
                await Campaigns.DoAsync(cluster, services, read);
                times.Add(watch.Elapsed.TotalMilliseconds);
                await Task.Delay(pause);
            }

            // The first one compiles and fills caches.
            times.RemoveAt(0);
            times.Sort();
            table.Add(name, $"{times[times.Count / 2]:0.0} ms", $"{times[(int)(times.Count * 0.95)]:0.0} ms", $"{times[^1]:0.0} ms");
        }
    }

    /// <summary>Over and counted, of the first contacts, through all numbers; beside the ones that were frozen before.</summary>
    private static async Task FillAsync(PoolCluster cluster, int campaigns, int each)
    {
        var tenant = cluster.Tenant.Value;
        await cluster.RunAsync("ALTER TABLE campaign_recipients DISABLE TRIGGER ALL");
        await cluster.RunAsync(
            """
            INSERT INTO campaigns (id, tenant_id, name, folded_name, author_id, values, hours, canary, reply_days, state, state_since, cause, pool_id, created_at)
            SELECT gen_random_uuid(), $1, 'Campanha ' || n, 'campanha ' || n, gen_random_uuid(), '{}', '[]', '{"percent":0,"least":30,"leastDelivered":0.8}', 3,
                'Completed', now(), 'Finished', (SELECT id FROM pools LIMIT 1), now() - n * interval '1 hour'
            FROM generate_series(1, $2) n
            """,
            tenant,
            campaigns
        );
        await cluster.RunAsync(
            """
            INSERT INTO campaign_runs (tenant_id, campaign_id, prepared_at, recipients, excluded, released, canary_passed, last_waiting, brake, brake_released)
            SELECT $1, c.id, now(), $2, 0, $2, true, 0, 1, 0 FROM campaigns c WHERE NOT EXISTS (SELECT FROM campaign_runs r WHERE r.campaign_id = c.id)
            """,
            tenant,
            each
        );
        await cluster.RunAsync(
            """
            INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, variant, values, state, reason, not_before, instance_id, sent_at)
            SELECT $1, c.id, p.id, p.n, coalesce(p.phone, '+5511900000000'), 0, CASE WHEN p.n % 2 = 0 THEN 'A' ELSE 'B' END, '{}',
                (ARRAY['Read', 'Read', 'Delivered', 'Sent', 'Replied', 'Failed'])[1 + p.n % 6],
                CASE WHEN p.n % 6 = 5 THEN 'failed.number-not-on-whats-app' END, now(), i.id, now()
            FROM (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS n FROM campaigns WHERE cause = 'Finished') c
            JOIN (SELECT id, phone, row_number() OVER (ORDER BY id) AS n FROM contacts) p ON p.n <= $2
            JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM instances) i ON i.n = p.n % $3
            """,
            tenant,
            each,
            OfContacts
        );
        await cluster.RunAsync(
            """
            INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT tenant_id, campaign_id, state, coalesce(variant, ''), coalesce(instance_id, '00000000-0000-0000-0000-000000000000'), source, coalesce(reason, ''), count(*)
            FROM campaign_recipients r WHERE EXISTS (SELECT FROM campaigns c WHERE c.id = r.campaign_id AND c.cause = 'Finished')
            GROUP BY 1, 2, 3, 4, 5, 6, 7
            """
        );
        await cluster.RunAsync("ALTER TABLE campaign_recipients ENABLE TRIGGER ALL");
        await cluster.RunAsync("VACUUM (ANALYZE)");
    }
}
