using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Npgsql;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Browsing;

/// <summary>The inbox in a browser.</summary>
[CollectionDefinition]
public sealed class BrowsingGroup : ICollectionFixture<ConsoleWorld>;

/// <summary>What lies around the inbox, in a browser: beside <see cref="BrowsingGroup"/>, on a console of its own.</summary>
[CollectionDefinition]
public sealed class HouseGroup : ICollectionFixture<ConsoleWorld>;

/// <summary>
/// A running console with a sandbox behind it, for the browser tests of a group: a company with an owner, an agent and a linked number, and a second company that
/// is none of their business. Every test has customers of its own.
/// </summary>
public sealed class ConsoleWorld : IAsyncLifetime
{
    public const string Password = "correct horse battery";
    private const string Agent = "bia@aurora.example";
    private readonly Dictionary<string, IReadOnlyList<Cookie>> _sessions = [];
    private TcpGate _gate = null!;
    private int _customers;
    private int _phones;

    public SandboxProcess Sandbox { get; } = new();

    public ConsoleApp Console { get; private set; } = null!;

    public LinkedNumber Shop { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000);
        await Sandbox.InitializeAsync();
        _gate = new TcpGate(Sandbox.Address);
        Console = await ConsoleApp.StartAsync(
            ("Outgoing:AllowPrivateGateways", "true"),
            // The tests say what is found of a number; a look in between would take it back.
            ("Alerts:EverySeconds", "300"),
            ("GatewayServers:Shared:0:Name", "Sandbox"),
            ("GatewayServers:Shared:0:Address", Sandbox.Address.ToString()),
            ("GatewayServers:Shared:0:Key", SandboxProcess.Key),
            ("GatewayServers:Shared:1:Name", "Unsteady"),
            ("GatewayServers:Shared:1:Address", _gate.Address.ToString()),
            ("GatewayServers:Shared:1:Key", SandboxProcess.Key)
        );
        Console.Services.GetRequiredService<IOptions<WebhookAddressOptions>>().Value.PublicAddress = new Uri(Console.Address);
        // What is played on sandbox numbers only may be played on these. The console reads it before it knows the tests' settings.
        var sandbox = Console.Services.GetRequiredService<SandboxOptions>();
        (sandbox.Enabled, sandbox.BaseAddress) = (true, Sandbox.Address.ToString());
        var aurora = await Console.AddTenantAsync("ana@aurora.example", Password);
        await using (var scope = Console.Services.CreateAsyncScope())
        {
            var creation = scope.ServiceProvider.GetRequiredService<TenantCreation>();
            await creation.AddMemberAsync(aurora.Id, Agent, "Bia Souza", Password, Role.Agent, Ct);
        }

        Shop = await LinkAsync("Loja", aurora);
    }

    /// <summary>A further linked number: of this company, or of another that is made for it.</summary>
    public async Task<LinkedNumber> LinkAsync(string name, CreatedTenant? tenant = null, string server = "Sandbox")
    {
        var number = await CreateAsync(name, tenant ?? Shop.Tenant, server);
        await using var scope = Enter(number.Tenant);
        await scope.ServiceProvider.GetRequiredService<PairingActions>().StartAsync(number.Id, pairWith: null, Ct);
        await Sandbox.Control.ScanAsync(number.Name, $"55119888{Interlocked.Increment(ref _phones):00000}");
        await Wait.UntilAsync(async () => await StateAsync(number) == InstanceState.Open, $"{name} linked", 30);
        return number;
    }

    /// <summary>Removes a number from the console and from its gateway.</summary>
    public async Task DeleteAsync(LinkedNumber number)
    {
        await using var scope = Enter(number.Tenant);
        await scope.ServiceProvider.GetRequiredService<InstanceDeletion>().DeleteAsync(number.Id, Ct);
    }

    /// <summary>What the owner of the shop's company does by this class.</summary>
    public async Task DoAsync<TActions>(Func<TActions, Task> act)
        where TActions : notnull
    {
        await using var scope = Enter(Shop.Tenant);
        await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }

    /// <summary>A pool of the shop's company with these numbers in it.</summary>
    public async Task<PoolId> PoolAsync(string name, params (LinkedNumber Number, MemberRole Role)[] members)
    {
        await using var scope = Enter(Shop.Tenant);
        var pool = await scope.ServiceProvider.GetRequiredService<PoolActions>().CreateAsync(name, Ct);
        foreach (var (number, role) in members)
        {
            await scope.ServiceProvider.GetRequiredService<PoolMemberActions>().PlaceAsync(pool, number.Id, role, Ct);
        }

        return pool;
    }

    /// <summary>The record of a drill of the shop's number, as one leaves it behind.</summary>
    public async Task<FailoverId> FailoverAsync()
    {
        var (id, now) = (WhatsAI.Core.Common.Id.New<FailoverId>(DateTimeOffset.UtcNow), DateTimeOffset.UtcNow);
        var plan = new FailoverPlan(
            Shop.Id,
            new Finding(Verdict.Banned, "drill", now),
            null,
            null,
            [],
            [],
            [],
            null,
            "failover.nobody",
            IsDrill: true
        );
        await using var scope = Enter(Shop.Tenant);
        await using var db = await DbAsync(scope);
        db.Failovers.Add(
            new FailoverRow
            {
                Id = id,
                TenantId = Shop.Tenant.Id,
                PoolId = WhatsAI.Core.Common.Id.New<PoolId>(now),
                InstanceId = Shop.Id,
                Plan = JsonSerializer.Serialize(plan, PoolMapping.Json),
                Key = plan.Key,
                Verdict = Verdict.Banned,
                Cause = "drill",
                IsDrill = true,
                SignalAt = now.AddSeconds(-3),
                DetectedAt = now.AddSeconds(-2),
                FinishedAt = now,
                StartedByName = "Ana Ribeiro",
            }
        );
        await db.SaveChangesAsync(Ct);
        return id;
    }

    public Task<CreatedTenant> AddCompanyAsync(string name) => Console.AddTenantAsync($"{name}@casa.example", Password, name);

    /// <summary>What a number's gateway address answers to: closed, nobody is there.</summary>
    public void Unsteady(bool open) => _gate.Turn(open);

    public Customer NewCustomer(string name)
    {
        var number = Interlocked.Increment(ref _customers);
        return new Customer($"{name} {number:000}", $"55119777{number:00000}");
    }

    /// <summary>The ids of the messages.</summary>
    public Task<IReadOnlyList<string>> WriteAsync(Customer customer, SandboxWrite write, LinkedNumber? to = null) =>
        Sandbox.Control.WriteAsync((to ?? Shop).Name, write with { From = customer.Phone, Name = customer.Name });

    public async Task<string> WriteAsync(Customer customer, string text, LinkedNumber? to = null) =>
        (await WriteAsync(customer, new SandboxWrite { Text = text }, to))[0];

    /// <summary>The conversation of a customer who has just written.</summary>
    public async Task<ConversationId> ConversationAsync(Customer customer, LinkedNumber? with = null)
    {
        var number = with ?? Shop;
        ConversationId? found = null;
        await using var scope = Enter(number.Tenant);
        await Wait.UntilAsync(
            async () =>
            {
                await using var db = await DbAsync(scope);
                var ids = await (
                    from c in db.Conversations
                    join p in db.Contacts on c.ContactId equals p.Id
                    where c.InstanceId == number.Id && p.PushName == customer.Name
                    select c.Id
                ).ToListAsync(Ct);
                found = ids is [var id] ? id : null;
                return found is not null;
            },
            $"the conversation with {customer.Name}",
            30
        );
        return found!.Value;
    }

    /// <summary>A file of contacts that waits for somebody to say what its columns hold.</summary>
    public async Task<WhatsAI.Core.Contacts.Import.ImportId> ImportAsync()
    {
        await using var scope = Enter(Shop.Tenant);
        using var file = new MemoryStream("Nome;Celular;Etiquetas\nAna;(11) 97777-0001;ouro\nBia;123;\n"u8.ToArray());
        return await scope
            .ServiceProvider.GetRequiredService<WhatsAI.Infrastructure.Contacts.Imports.ImportActions>()
            .UploadAsync(file, "clientes.csv", Ct);
    }

    /// <summary>A campaign that says something to nobody yet.</summary>
    public async Task<CampaignId> CampaignAsync()
    {
        var template = await TemplateAsync();
        await using var scope = Enter(Shop.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<CampaignDraftActions>();
        var id = await actions.CreateAsync("Rascunho " + Guid.NewGuid().ToString("N")[..6], Ct);
        var draft = await scope.ServiceProvider.GetRequiredService<CampaignDraftQueries>().FindAsync(id, Ct);
        await actions.WriteAsync(id, template, new Dictionary<string, string>(), draft!.Version, Ct);
        return id;
    }

    /// <summary>A pool that may send at any hour, as fast as a pool may.</summary>
    public async Task<PoolId> OpenPoolAsync(string name, params (LinkedNumber Number, MemberRole Role)[] members)
    {
        var id = await PoolAsync(name, members);
        await using var scope = Enter(Shop.Tenant);
        var pool = (await scope.ServiceProvider.GetRequiredService<PoolQueries>().FindAsync(id, Ct))!;
        var pace = new PacePolicy
        {
            MinInterval = PaceFloor.Interval,
            MaxInterval = PaceFloor.Interval,
            Window = new SendingWindow([.. Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 0, 24 * 60))]),
        };
        await scope
            .ServiceProvider.GetRequiredService<PoolActions>()
            .ChangeAsync(id, new PoolForm(name, pool.Strategy, pool.IsSticky, pace, pool.RotationDays, pool.Failover), pool.Version, Ct);
        return id;
    }

    /// <summary>A template with two wordings.</summary>
    public async Task<WhatsAI.Core.Campaigns.Templates.TemplateId> TemplateAsync()
    {
        await using var scope = Enter(Shop.Tenant);
        VariantDraft[] variants =
        [
            new("A", "Oi {{contact.first_name|cliente}}"),
            new("B", "Olá! Use {{campaign.cupom}}", IsProposed: true),
        ];
        return await scope
            .ServiceProvider.GetRequiredService<TemplateActions>()
            .CreateAsync(new TemplateForm("Oferta " + Guid.NewGuid().ToString("N")[..6], variants, VariantMix.Shifting, null), Ct);
    }

    /// <summary>Who the console took a customer for.</summary>
    public async Task<ContactId> ContactAsync(Customer customer)
    {
        var conversation = await ConversationAsync(customer);
        await using var scope = Enter(Shop.Tenant);
        await using var db = await DbAsync(scope);
        return await db.Conversations.Where(c => c.Id == conversation).Select(c => c.ContactId!.Value).SingleAsync(Ct);
    }

    /// <summary>
    /// A window of the owner's, or of an agent's, signed in and at this page of the company. Their session is that of all tests, unless the test ends it.
    /// </summary>
    internal async Task<InboxWindow> OpenAsync(
        Visit visit,
        string path,
        string language = "pt-BR",
        int width = 1440,
        bool asAgent = false,
        bool ownSession = false,
        Func<IPage, Task>? before = null
    )
    {
        var page = await visit.OpenAsync(Console.Address, language, width, width < 600 ? 844 : 900);
        page.SetDefaultTimeout(30_000);
        page.SetDefaultNavigationTimeout(30_000);
        await page.Context.AddCookiesAsync(await SessionAsync(visit, asAgent ? Agent : "ana@aurora.example", ownSession));
        if (before is not null)
        {
            await before(page);
        }

        await page.GotoAsync($"/t/{Shop.Tenant.Slug}/{path}");
        await Assertions.Expect(page.Locator("#main")).ToBeVisibleAsync();
        await page.EvaluateAsync("window.notReloaded = true");
        return new InboxWindow(page, this);
    }

    /// <summary>Changes rows of the company, as a fault would have left them.</summary>
    public async Task<int> ChangeAsync(string sql, params object[] values)
    {
        await using var transaction = await Console.Services.GetRequiredService<NpgsqlDataSource>().BeginAsync(Shop.Tenant.Id, Ct);
        await using var command = transaction.Connection.Sql(sql, values);
        var changed = await command.ExecuteNonQueryAsync(Ct);
        await transaction.CommitAsync(Ct);
        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        await Console.DisposeAsync();
        await _gate.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private async Task<IEnumerable<Cookie>> SessionAsync(Visit visit, string email, bool own)
    {
        if (own || !_sessions.TryGetValue(email, out var cookies))
        {
            var page = await visit.OpenAsync(Console.Address);
            await page.GotoAsync("/sign-in");
            await page.Locator("[name='Form.Email']").FillAsync(email);
            await page.Locator("[name='Form.Password']").FillAsync(Password);
            await page.Locator("form .btn-primary").ClickAsync();
            await page.WaitForURLAsync("**/t/**");
            cookies =
            [
                .. (await page.Context.CookiesAsync())
                    .Where(c => c.Name == "console-session")
                    .Select(c => new Cookie
                    {
                        Name = c.Name,
                        Value = c.Value,
                        Url = Console.Address,
                        HttpOnly = true,
                    }),
            ];
            if (!own)
            {
                _sessions[email] = cookies;
            }

            await page.CloseAsync();
        }

        return cookies;
    }

    private async Task<LinkedNumber> CreateAsync(string name, CreatedTenant tenant, string server)
    {
        await using var scope = Enter(tenant);
        await using var db = await DbAsync(scope);
        var at = await db.GatewayServers.Where(s => s.SharedName == server).Select(s => s.Id).SingleAsync(Ct);
        return new LinkedNumber(tenant, await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync(name, at, Ct));
    }

    private async Task<InstanceState?> StateAsync(LinkedNumber number) =>
        (await Console.Services.GetRequiredService<ConnectionRecord>().ReadAsync(number.Tenant.Id, number.Id, Ct))?.State;

    internal AsyncServiceScope Enter(CreatedTenant tenant)
    {
        var scope = Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(tenant.Id, tenant.OwnerId, Role.Owner, "Ana Ribeiro");
        return scope;
    }

    private static Task<ConsoleDb> DbAsync(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
}

/// <summary>A number of a company, and what it is called at the gateway.</summary>
public sealed record LinkedNumber(CreatedTenant Tenant, InstanceId Id)
{
    public string Name => Id.ToString();
}

/// <summary>Somebody who writes; the phone is digits with country code.</summary>
public sealed record Customer(string Name, string Phone);
