using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Instances.Pools.Sending;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>A company with a pool of numbers, people under one tag and a template, in which campaigns are launched and taken through turn by turn.</summary>
internal sealed class CampaignWorld : IAsyncDisposable
{
    private readonly TestServices _services;
    private int _people;

    private CampaignWorld(TestServices services, LaneWorld lane, TagId tag) => (_services, Lane, Tag) = (services, lane, tag);

    public LaneWorld Lane { get; }

    public MessagingWorld World => Lane.World;

    public TenantId Tenant => Lane.Tenant;

    public TagId Tag { get; }

    public UserId Author { get; } = new(Guid.NewGuid());

    /// <summary>Of a test with one campaign, once it is launched.</summary>
    public CampaignId Only { get; set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="time">The clock of the copy on which people write, launch and steer; null: right.</param>
    public static async Task<CampaignWorld> CreateAsync(int numbers = 1, int people = 0, TimeProvider? time = null)
    {
        var lane = await LaneWorld.CreateAsync([.. Enumerable.Repeat((MemberRole?)MemberRole.Active, numbers)]);
        var services = await TestServices.StartAsync(time ?? TimeProvider.System);
        var world = new CampaignWorld(services, lane, default);
        var tag = await world.DoAsync<TagActions, TagId>(a => a.CreateAsync("clientes", 1, Ct));
        world = new CampaignWorld(services, lane, tag);
        for (var i = 0; i < people; i++)
        {
            await world.PersonAsync();
        }

        return world;
    }

    /// <summary>With consent and the tag.</summary>
    public async Task<ContactId> PersonAsync(
        string? name = null,
        ConsentState consent = ConsentState.OptedIn,
        string? phone = null,
        bool tagged = true
    )
    {
        var n = ++_people;
        var id = await DoAsync<ContactActions, ContactId>(a =>
            a.CreateAsync(new NewContact(phone ?? $"+5511966{n:000000}", name ?? $"Pessoa {n}", tagged ? [Tag] : [], []), Ct)
        );
        await World.RunAsync("UPDATE contacts SET consent = $3 WHERE tenant_id = $1 AND id = $2", id.Value, consent.ToString());
        return id;
    }

    /// <summary>A draft that has everything.</summary>
    public async Task<CampaignId> DraftAsync(
        IReadOnlyList<VariantDraft>? variants = null,
        VariantMix mix = VariantMix.Fixed,
        CanaryPolicy? canary = null,
        CampaignSchedule? schedule = null,
        IReadOnlyList<OpenSpan>? hours = null,
        Audience? audience = null
    )
    {
        var template = await DoAsync<TemplateActions, TemplateId>(a =>
            a.CreateAsync(
                new TemplateForm(
                    Guid.NewGuid().ToString("N"),
                    variants ?? [new VariantDraft("A", "Oi {{contact.first_name|cliente}}")],
                    mix,
                    null
                ),
                Ct
            )
        );
        return await DoAsync<CampaignDraftActions, CampaignId>(async a =>
        {
            var id = await a.CreateAsync("Tabela de dezembro", Ct);
            var version = await VersionAsync(id);
            version = await a.WriteAsync(id, template, new Dictionary<string, string>(), version, Ct);
            version = await a.AddressAsync(id, audience ?? new Audience([new AudienceSource.OfTag(Tag)], []), version, Ct);
            version = await a.SendThroughAsync(id, new SendingForm(Lane.Pool, canary ?? new CanaryPolicy(0), 3, hours ?? []), version, Ct);
            await a.StartAtAsync(id, schedule, version, Ct);
            return id;
        });
    }

    public Task<FlightPlanRow> PlanAsync(CampaignId id, LegalBasis? basis = null) =>
        DoAsync<FlightPlans, FlightPlanRow>(p => p.MakeAsync(id, basis, ct: Ct));

    /// <summary>Planned and launched; nothing has been done of it yet.</summary>
    public async Task<CampaignId> LaunchedAsync(CampaignId? draft = null, LegalBasis? basis = null)
    {
        var id = draft ?? await DraftAsync();
        await PlanAsync(id, basis);
        await DoAsync<CampaignLaunching>(a => a.LaunchAsync(id, Ct));
        return id;
    }

    /// <summary>The machine's turns, as a copy takes them, until one that is not due again at once.</summary>
    public async Task TurnAsync(CampaignId id, int turns = 20)
    {
        while (turns-- > 0 && await OneTurnAsync(id) == TimeSpan.Zero) { }
    }

    /// <summary>When the next one is due; null: not by itself.</summary>
    public async Task<TimeSpan?> OneTurnAsync(CampaignId id)
    {
        await using var connection = await World.Database.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await connection.EnterAsync(Tenant, Ct);
        var end = await _services.Provider.GetRequiredService<CampaignRunner>().TurnAsync(connection, Tenant, id, Ct);
        await transaction.CommitAsync(Ct);
        return end.Again;
    }

    /// <summary>A number's send, long enough after its last one; what was sent, or null.</summary>
    public async Task<string?> SendAsync(int number = 0, AttemptEnds ends = AttemptEnds.Sent)
    {
        await World.RunAsync(
            "UPDATE pace_states SET not_before = NULL, last_at = last_at - interval '1 hour', sent_this_hour = 0, in_series = 0 WHERE tenant_id = $1"
        );
        return await Lane.SendAsync(
            number,
            result: ends == AttemptEnds.Sent ? null : LaneWorld.Surely(Infrastructure.Messaging.Gateways.GatewayFailure.NumberNotOnWhatsApp)
        );
    }

    /// <summary>What is to be told of this company is looked after.</summary>
    public Task LookAsync() => _services.Provider.GetRequiredService<AlertLook>().RunAsync(Tenant, Ct);

    /// <summary>How many are how: "Queued 2, Sent 1".</summary>
    public Task<string?> StandAsync(CampaignId id) =>
        World.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(state || ' ' || people, ', ' ORDER BY state), '')
            FROM (SELECT state, count(*) AS people FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY state) s
            """,
            id.Value
        );

    /// <summary>The same from what is counted, which must agree.</summary>
    public Task<string?> CountedAsync(CampaignId id) =>
        World.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(kind || ' ' || people, ', ' ORDER BY kind), '') FROM (
                SELECT kind, sum(people) AS people FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2 AND kind NOT IN ('OptedOut', 'Blocked')
                GROUP BY kind HAVING sum(people) <> 0) s
            """,
            id.Value
        );

    public Task<string?> StateAsync(CampaignId id) =>
        World.ScalarAsync<string>("SELECT concat_ws(' ', state, cause) FROM campaigns WHERE tenant_id = $1 AND id = $2", id.Value);

    /// <summary>As a manager who sees these numbers.</summary>
    public async Task<T> SeeingAsync<TQueries, T>(Func<TQueries, Task<T>> ask, params InstanceId[] numbers)
        where TQueries : notnull
    {
        await using var scope = _services.Enter(Tenant, Author, new MemberAccess(Role.Manager, [.. numbers]));
        return await ask(scope.ServiceProvider.GetRequiredService<TQueries>());
    }

    public async Task<T> DoAsync<TActions, T>(Func<TActions, Task<T>> act, Role role = Role.Admin, UserId? user = null)
        where TActions : notnull
    {
        await using var scope = _services.Enter(Tenant, user ?? Author, MemberAccess.Everything(role));
        return await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }

    public Task DoAsync<TActions>(Func<TActions, Task> act, Role role = Role.Admin, UserId? user = null)
        where TActions : notnull =>
        DoAsync<TActions, bool>(
            async a =>
            {
                await act(a);
                return true;
            },
            role,
            user
        );

    /// <summary>As a member who sees these numbers and no others.</summary>
    public async Task<T> SeeingAsync<TQueries, T>(IReadOnlyList<InstanceId> numbers, Func<TQueries, Task<T>> ask)
        where TQueries : notnull
    {
        await using var scope = _services.Enter(Tenant, new UserId(Guid.NewGuid()), new MemberAccess(Role.Admin, [.. numbers]));
        return await ask(scope.ServiceProvider.GetRequiredService<TQueries>());
    }

    public async Task<string> RefusedAsync<TActions>(Func<TActions, Task> act, Role role = Role.Admin, UserId? user = null)
        where TActions : notnull => (await Should.ThrowAsync<RuleException>(() => DoAsync(act, role, user))).Key;

    public async Task<uint> VersionAsync(CampaignId id)
    {
        await using var db = await TestDatabase.DbAsync(Tenant);
        return await db.Campaigns.Where(c => c.Id == id).Select(c => c.Version).SingleAsync(Ct);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>How a gateway answers.</summary>
internal enum AttemptEnds
{
    Sent,

    /// <summary>Surely not sent, and for good.</summary>
    Refused,
}
