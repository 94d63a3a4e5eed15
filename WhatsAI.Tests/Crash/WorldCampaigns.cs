using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A company's campaigns on a running console's database: written, planned, launched and steered by the program's own verbs, as its screens do.</summary>
internal sealed class WorldCampaigns(CrashWorld world, OwnCluster cluster) : IAsyncDisposable
{
    private readonly TestServices _services = TestServices.On(cluster.App, cluster.Owner);
    private readonly UserId _member = new(Guid.NewGuid());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string PhoneOf(int person) => "55119" + (60_000_000 + person).ToString(CultureInfo.InvariantCulture);

    /// <summary>So many people with consent and a tag of their own.</summary>
    public async Task<TagId> PeopleAsync(int count, int from = 0)
    {
        var tag = await DoAsync<TagActions, TagId>(a => a.CreateAsync($"clientes {from}", 1, Ct));
        await world.RunAsync(
            """
            WITH p AS (
                INSERT INTO contacts (id, tenant_id, name, phone, consent, created_at)
                SELECT gen_random_uuid(), $1, 'Pessoa ' || n, '+55119' || (60000000 + n), 'OptedIn', now() FROM generate_series($3::int, $3::int + $4::int - 1) n
                RETURNING id, phone
            ), i AS (
                INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
                SELECT $1, 'Phone', phone, id, substr(phone, 2) || '@s.whatsapp.net', now() FROM p
            )
            INSERT INTO contact_tags (tenant_id, contact_id, tag_id) SELECT $1, id, $2 FROM p
            """,
            tag.Value,
            from,
            count
        );
        return tag;
    }

    /// <summary>Nothing of it has been done when this returns.</summary>
    public async Task<CampaignId> LaunchAsync(PoolId pool, TagId tag, string name = "Tabela de dezembro")
    {
        var template = await DoAsync<TemplateActions, TemplateId>(a =>
            a.CreateAsync(new TemplateForm(name, [new VariantDraft("A", $"{name}: olá, {{{{contact.name}}}}")], VariantMix.Fixed, null), Ct)
        );
        return await DoAsync<IServiceProvider, CampaignId>(async all =>
        {
            var drafts = all.GetRequiredService<CampaignDraftActions>();
            var id = await drafts.CreateAsync(name, Ct);
            var version = await VersionAsync(id);
            version = await drafts.WriteAsync(id, template, new Dictionary<string, string>(), version, Ct);
            version = await drafts.AddressAsync(id, new Audience([new AudienceSource.OfTag(tag)], []), version, Ct);
            await drafts.SendThroughAsync(id, new SendingForm(pool, new CanaryPolicy(0), 3, []), version, Ct);
            await all.GetRequiredService<FlightPlans>().MakeAsync(id, basis: null, ct: Ct);
            await all.GetRequiredService<CampaignLaunching>().LaunchAsync(id, Ct);
            return id;
        });
    }

    /// <summary>How many were still on the wire.</summary>
    public Task<int> PauseAsync(CampaignId id) => DoAsync<CampaignSteering, int>(a => a.PauseAsync(id, Ct));

    public Task ResumeAsync(CampaignId id) =>
        DoAsync<CampaignSteering, bool>(async a =>
        {
            await a.ResumeAsync(id, Ct);
            return true;
        });

    /// <summary>How many are how: "Queued 2, Sent 1".</summary>
    public async Task<string> StandAsync(CampaignId id) =>
        await world.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(state || ' ' || people, ', ' ORDER BY state), '')
            FROM (SELECT state, count(*) AS people FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY state) s
            """,
            id.Value
        ) ?? "";

    /// <summary>The same from what is counted.</summary>
    public async Task<string> CountedAsync(CampaignId id) =>
        await world.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(kind || ' ' || people, ', ' ORDER BY kind), '') FROM (
                SELECT kind, sum(people) AS people FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2 AND kind NOT IN ('OptedOut', 'Blocked')
                GROUP BY kind HAVING sum(people) <> 0) s
            """,
            id.Value
        ) ?? "";

    public Task<string?> StateAsync(CampaignId id) =>
        world.ScalarAsync<string>("SELECT state FROM campaigns WHERE tenant_id = $1 AND id = $2", id.Value);

    /// <summary>Begun so far, whatever became of it.</summary>
    public Task<int> BegunAsync(CampaignId id) =>
        world.ScalarAsync<int>("SELECT sent FROM campaign_signals WHERE tenant_id = $1 AND campaign_id = $2", id.Value);

    /// <summary>Phones of a campaign's recipients that are in such a state.</summary>
    public Task<List<string>> PhonesAsync(CampaignId id, string condition) =>
        world.ListAsync(
            $"SELECT substr(phone, 2) FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND state {condition}",
            id.Value
        );

    /// <summary>
    /// From here on the company's numbers are without pace: each message is written as one of yesterday, and the next may go a moment later. A moment, and not
    /// at once, because a number whose call is on the wire is taken for busy by its pace. A copy looks for due numbers once a second unless it knows of one sooner,
    /// which is often enough for any pace: one more number, that has nothing to send, is due all the time.
    /// </summary>
    public async Task WithoutPaceAsync()
    {
        var own = world.Tenant.Value.ToString("N");
        var restless = await world.AddNumberAsync(new Uri("http://127.0.0.1:9"));
        await using var owner = new NpgsqlConnection(cluster.Owner);
        await owner.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(
            $"""
            CREATE OR REPLACE FUNCTION no_pace() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN
                NEW.last_at := NEW.last_at - interval '1 day';
                NEW.not_before := clock_timestamp() + interval '50 milliseconds';
                NEW.sent_today := 0;
                NEW.strangers_today := 0;
                NEW.sent_this_hour := 0;
                NEW.in_series := 0;
                RETURN NEW;
            END $f$;
            CREATE OR REPLACE FUNCTION no_wait() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN
                NEW.due_at := clock_timestamp() + interval '50 milliseconds';
                RETURN NEW;
            END $f$;
            CREATE TRIGGER no_pace_{own} BEFORE INSERT OR UPDATE ON pace_states FOR EACH ROW
                WHEN (NEW.tenant_id = '{world.Tenant.Value}') EXECUTE FUNCTION no_pace();
            CREATE TRIGGER no_wait_{own} BEFORE UPDATE ON work_list FOR EACH ROW
                WHEN (NEW.tenant_id = '{world.Tenant.Value}' AND NEW.kind = 'Outbound' AND NEW.lease_until IS NULL
                    AND (NEW.due_at > now() + interval '50 milliseconds' OR NEW.instance_id = '{restless.Name}')) EXECUTE FUNCTION no_wait();
            UPDATE work_list SET due_at = now() WHERE instance_id = '{restless.Name}' AND kind = 'Outbound';
            """,
            owner
        );
        await command.ExecuteNonQueryAsync(Ct);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<uint> VersionAsync(CampaignId id) =>
        (uint)await world.ScalarAsync<long>("SELECT xmin::text::bigint FROM campaigns WHERE tenant_id = $1 AND id = $2", id.Value);

    private async Task<T> DoAsync<TActions, T>(Func<TActions, Task<T>> act)
        where TActions : notnull
    {
        await using var scope = _services.Enter(world.Tenant, _member, MemberAccess.Everything(Role.Admin));
        return await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }
}
