using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Bench;

/// <summary>Large campaigns before their first message, and what their screens read: through the console's own actions and queries.</summary>
internal static class Campaigns
{
    private static readonly TagId _everybody = new(Guid.NewGuid());

    public static async Task RunAsync(BenchOptions options)
    {
        await using var cluster = await PoolCluster.StartAsync(20);
        await using var services = Services(cluster);
        var table = new Table(
            "Campaigns prepared: judged, frozen, one row for each recipient",
            "contacts",
            "flight plan",
            "frozen in",
            "people a second",
            "of bare rows",
            "recipients",
            "left out",
            "aim"
        );
        var made = 0;
        foreach (var (people, aim) in options.Quick ? [(5_000, "")] : new[] { (100_000, "10 s"), (1_000_000, "90 s") })
        {
            await PeopleAsync(cluster, made, people - made);
            made = people;
            await PrepareAsync(table, cluster, services, people, aim);
        }

        table.Print();
        await CampaignScreens.MeasureAsync(cluster, services, options);
    }

    /// <summary>The owner's actions or queries.</summary>
    public static async Task<T> DoAsync<TActions, T>(PoolCluster cluster, ServiceProvider services, Func<TActions, Task<T>> act)
        where TActions : notnull
    {
        await using var scope = services.CreateAsyncScope();
        scope
            .ServiceProvider.GetRequiredService<CurrentMember>()
            .Enter(cluster.Tenant, new UserId(Guid.Empty), MemberAccess.Everything(Role.Owner), "Ana");
        return await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }

    private static ServiceProvider Services(PoolCluster cluster)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = Path.GetTempPath() });
        services.AddLogging();
        services.AddHttpContextAccessor();
        services.AddAuthentication();
        services.AddInfrastructure(_ => cluster.AppAddress);
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<DatabaseAddress>().Set(cluster.AppAddress, cluster.OwnerAddress, null);
        return provider;
    }

    /// <summary>Under one tag: of a hundred three opted out, five were never asked, one has no number, and every tenth wrote before.</summary>
    private static async Task PeopleAsync(PoolCluster cluster, int from, int count)
    {
        var tenant = cluster.Tenant.Value;
        await cluster.RunAsync(
            "INSERT INTO tags (id, tenant_id, name, folded_name, colour, created_at) VALUES ($2, $1, 'Todos', 'todos', 1, now()) ON CONFLICT DO NOTHING",
            tenant,
            _everybody.Value
        );
        await cluster.RunAsync(
            """
            WITH made AS (
                INSERT INTO contacts (id, tenant_id, push_name, phone, consent, created_at)
                SELECT gen_random_uuid(), $1, 'Pessoa ' || n, CASE WHEN n % 100 = 7 THEN NULL ELSE '+55119' || lpad(n::text, 8, '0') END,
                    CASE WHEN n % 100 < 3 THEN 'OptedOut' WHEN n % 100 < 8 THEN 'Unknown' ELSE 'OptedIn' END, now()
                FROM generate_series($2 + 1, $2 + $3) n RETURNING id, phone
            ), ids AS (
                INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
                SELECT $1, 'Phone', phone, id, '', now() FROM made WHERE phone IS NOT NULL
            )
            INSERT INTO contact_tags (tenant_id, contact_id, tag_id) SELECT $1, id, $4 FROM made
            """,
            tenant,
            from,
            count,
            _everybody.Value
        );
        await cluster.RunAsync("VACUUM (ANALYZE)");
        await cluster.RunAsync("CHECKPOINT");
    }

    private static async Task PrepareAsync(Table table, PoolCluster cluster, ServiceProvider services, int people, string aim)
    {
        var pool = new PoolId(await cluster.ScalarAsync<Guid>("SELECT id FROM pools LIMIT 1"));
        var template = await DoAsync<TemplateActions, TemplateId>(
            cluster,
            services,
            a =>
                a.CreateAsync(
                    new TemplateForm(
                        $"Oferta {people}",
                        [
                            new VariantDraft("A", "Oi {{contact.first_name|cliente}}, chegou a tabela."),
                            new VariantDraft("B", "{{contact.first_name|Olá}}: a tabela chegou!"),
                        ],
                        VariantMix.Fixed,
                        null
                    )
                )
        );
        var id = await DoAsync<CampaignDraftActions, CampaignId>(
            cluster,
            services,
            async a =>
            {
                var draft = await a.CreateAsync($"Campanha de {people}");
                var version = await DoAsync<CampaignDraftQueries, uint>(cluster, services, async q => (await q.FindAsync(draft))!.Version);
                version = await a.WriteAsync(draft, template, new Dictionary<string, string>(), version);
                version = await a.AddressAsync(draft, new Audience([new AudienceSource.OfTag(_everybody)], []), version);
                await a.SendThroughAsync(draft, new SendingForm(pool, new CanaryPolicy(0), 3, []), version);
                return draft;
            }
        );
        var planned = Stopwatch.StartNew();
        await DoAsync<FlightPlans, FlightPlanRow>(cluster, services, p => p.MakeAsync(id, null));
        planned.Stop();
        await DoAsync<CampaignLaunching, bool>(
            cluster,
            services,
            async a =>
            {
                await a.LaunchAsync(id);
                return true;
            }
        );
        var frozen = await FreezeAsync(cluster, services, id);
        var bare = await BareAsync(cluster, people);
        table.Add(
            $"{people:N0}",
            Seconds(planned.Elapsed),
            Seconds(frozen),
            $"{people / frozen.TotalSeconds:N0}",
            $"{bare.TotalSeconds / frozen.TotalSeconds * 100:0} % of {people / bare.TotalSeconds:N0}",
            $"{await cluster.ScalarAsync<int>("SELECT recipients FROM campaign_runs WHERE campaign_id = $1", id.Value):N0}",
            $"{await cluster.ScalarAsync<int>("SELECT excluded FROM campaign_runs WHERE campaign_id = $1", id.Value):N0}",
            aim
        );
    }

    /// <summary>As a copy takes the turns, one transaction each, until the last is in.</summary>
    private static async Task<TimeSpan> FreezeAsync(PoolCluster cluster, ServiceProvider services, CampaignId id)
    {
        var freeze = services.GetRequiredService<AudienceFreeze>();
        var watch = Stopwatch.StartNew();
        for (var last = false; !last; )
        {
            await using var transaction = await cluster.App.BeginAsync(cluster.Tenant, CancellationToken.None);
            var run = await RunSql.TakeAsync(transaction.Connection, cluster.Tenant, id, CancellationToken.None);
            last = await freeze.StepAsync(transaction.Connection, run!, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }

        return watch.Elapsed;
    }

    /// <summary>What the machine takes for as many rows with the same two indexes, from the contacts as they are, without asking anything.</summary>
    private static async Task<TimeSpan> BareAsync(PoolCluster cluster, int people)
    {
        await cluster.RunAsync(
            "CREATE TABLE IF NOT EXISTS bare_recipients (a uuid, b uuid, c uuid, place int, phone text, vals jsonb, state text, at timestamptz, PRIMARY KEY (a, b, c))"
        );
        await cluster.RunAsync("CREATE INDEX IF NOT EXISTS ix_bare ON bare_recipients (a, b, state, place)");
        await cluster.RunAsync("TRUNCATE bare_recipients");
        var watch = Stopwatch.StartNew();
        await cluster.RunAsync(
            "INSERT INTO bare_recipients SELECT tenant_id, tenant_id, id, 1, phone, '{\"contact.first_name\": \"Pessoa\"}', 'Planned', now() FROM contacts LIMIT $1",
            people
        );
        return watch.Elapsed;
    }

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);
}
