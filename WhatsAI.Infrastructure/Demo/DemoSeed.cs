using System.Security.Cryptography;
using Bogus;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>
/// A company to look at, made once in Development when there is none: people, numbers, conversations with every kind of message. Its sign-in is written
/// to a file that only this user may read.
/// </summary>
public sealed class DemoSeed(
    ConsoleDb db,
    TenantCreation creation,
    TenantScopes scopes,
    IMediaStore store,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<DemoSeed> log
)
{
    public const string Slug = "aurora";
    public const string Owner = "ana@aurora.example";
    public const string Manager = "julia@aurora.example";
    public const string Agent = "bruno@aurora.example";

    /// <summary>An agent who sees one of the numbers.</summary>
    public const string OfOneNumber = "caio@aurora.example";

    /// <summary>Has an invitation that she has not used.</summary>
    public const string Invited = "marina@aurora.example";

    private const int Seed = 2026;
    private const int People = 300;
    private const int Conversations = 120;

    /// <summary>Where run.sh looks.</summary>
    private string SignInFile => Path.Combine(environment.ContentRootPath, "data", "demo-sign-in.txt");

    /// <summary>Does nothing when anybody or any company is there, but for a demo whose making was cut short: that is completed.</summary>
    public async Task EnsureAsync(CancellationToken ct = default)
    {
        var begun = await BegunAsync(ct);
        if (begun is null && (await db.Tenants.AnyAsync(ct) || await creation.HasUsersAsync(ct)))
        {
            return;
        }

        if (begun is { } made && await IsWholeAsync(made, ct))
        {
            return;
        }

        var password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 14);
        // First: a start that is killed after it leaves no account whose password nobody knows.
        await TellAsync(password, ct);
        var company =
            begun ?? await creation.CreateAsync(new NewTenant("Distribuidora Aurora", Owner, "Ana Ribeiro", password, Slug: Slug), ct);
        var bruno = await creation.AddMemberAsync(company.Id, Agent, "Bruno Teixeira", password, Role.Agent, ct);
        await creation.AddMemberAsync(company.Id, Manager, "Júlia Prado", password, Role.Manager, ct);
        await creation.AddMemberAsync(company.Id, OfOneNumber, "Caio Lima", password, Role.Agent, ct);
        if (begun is not null)
        {
            await creation.SetPasswordsAsync(company.Id, password, ct);
        }

        await FillAsync(company, bruno, ct);
        log.LogInformation("The demo company was made; its sign-in is in {File}", SignInFile);
    }

    private async Task<CreatedTenant?> BegunAsync(CancellationToken ct)
    {
        if (await db.Users.Where(u => u.Email == Owner).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(ct) is not { } ana)
        {
            return null;
        }

        var owner = UserId.From(ana);
        return await (
            from t in db.Tenants
            where t.Slug == Slug
            join m in db.Memberships on t.Id equals m.TenantId
            where m.UserId == owner && m.Role == Role.Owner
            select new CreatedTenant(t.Id, t.Slug, owner, false)
        ).FirstOrDefaultAsync(ct);
    }

    /// <summary>Whole, or no more can be made of it: without a shared gateway server there are no numbers.</summary>
    private async Task<bool> IsWholeAsync(CreatedTenant company, CancellationToken ct)
    {
        await using var scope = scopes.Enter(company.Id);
        await using var mine = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(ct);
        return await mine.Contacts.AnyAsync(ct) || !await mine.GatewayServers.AnyAsync(s => s.SharedName != null, ct);
    }

    /// <summary>Everything behind the tenant's wall.</summary>
    internal async Task FillAsync(CreatedTenant company, UserId bruno, CancellationToken ct)
    {
        await using var scope = scopes.Enter(company.Id);
        var services = scope.ServiceProvider;
        services.GetRequiredService<CurrentMember>().Enter(company.Id, company.OwnerId, Role.Owner, "Ana Ribeiro");
        await using var mine = await services.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(ct);
        var server = await mine.GatewayServers.Where(s => s.SharedName != null).Select(s => (GatewayServerId?)s.Id).FirstOrDefaultAsync(ct);
        if (server is null)
        {
            log.LogWarning("No shared gateway server is configured, so the demo company has no numbers");
            return;
        }

        var now = time.GetUtcNow();
        var random = new Random(Seed);
        var faker = new Faker("pt_BR") { Random = new Randomizer(Seed) };
        var numbers = await new DemoNumbers(services, company.Id, random, now).MakeAsync(server.Value, ct);
        var known = new DemoContacts(company.Id, company.OwnerId, now);
        var people = DemoPeople.Make(company.Id, People, faker, now).Select(known.Known).ToList();
        var files = new DemoFiles(company.Id, store, random, now);
        var threads = await new DemoConversations(company.Id, [company.OwnerId, bruno], files, faker, random, now).MakeAsync(
            numbers,
            people,
            Conversations,
            ct
        );
        var picture = await files.PictureAsync(ct);
        var prices = await files.DocumentAsync("Tabela de preços.pdf", ct);
        var notices = DemoNotes.Add(threads, company.OwnerId, bruno);
        var teams = new DemoTeams(company.Id, [company.OwnerId, bruno], threads[0].Row().InstanceId, now);
        var heads = threads
            .Select((t, i) => DemoLabels.Sorted(teams.Placed(t.Head(t.Status == ConversationStatus.Resolved ? 0 : i % 4), i), i))
            .ToList();
        mine.ChangeTracker.AutoDetectChangesEnabled = false;
        mine.AddRange(people.Select(p => p.Contact));
        mine.AddRange(people.Select(p => p.Identity));
        mine.AddRange(known.Rows(people));
        mine.AddRange(files.Rows);
        mine.AddRange(teams.Rows);
        mine.AddRange(threads.Select(t => t.Row()));
        mine.AddRange(threads.Zip(heads).SelectMany(t => DemoEpisodes.Of(t.First, t.Second)));
        mine.AddRange(threads.SelectMany(t => t.Messages));
        mine.AddRange(threads.SelectMany(t => t.Reactions));
        mine.AddRange(heads);
        mine.AddRange(new DemoLabels(company.Id, now).Rows(heads));
        mine.AddRange(notices);
        mine.AddRange(DemoCanned.Make(company.Id, [company.OwnerId, bruno], now));
        mine.AddRange(DemoMacros.Make(company.Id, now));
        mine.AddRange(new DemoTemplates(company.Id, company.OwnerId, now).Make(picture, prices));
        mine.AddRange(new DemoPools(company.Id, company.OwnerId, now).Rows(numbers));
        mine.AddRange(DemoCounters.Conversations(company.Id, heads));
        var messages = threads.SelectMany(t => t.Messages).ToList();
        mine.AddRange(DemoCounters.Hours(company.Id, messages));
        await DemoMembers.MakeAsync(services, heads[0].InstanceId, ct);
        // All or nothing: that there are contacts says that it is whole.
        await using var transaction = await mine.Database.BeginTransactionAsync(ct);
        await mine.SaveChangesAsync(ct);
        await DemoCounters.WriteLastAsync(mine, messages, ct);
        var campaigns = new DemoCampaigns(company.Id, company.OwnerId, await ManagerAsync(company, ct), now);
        await campaigns.WriteAsync(mine, services.GetRequiredService<AudienceFreeze>(), known, numbers, ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<UserId> ManagerAsync(CreatedTenant company, CancellationToken ct)
    {
        var manager = await db
            .Memberships.Where(m => m.TenantId == company.Id && m.Role == Role.Manager)
            .Select(m => (UserId?)m.UserId)
            .FirstOrDefaultAsync(ct);
        return manager ?? company.OwnerId;
    }

    private async Task TellAsync(string password, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SignInFile)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new StreamWriter(SignInFile, options);
        await file.WriteAsync(
            $"""
            e-mail: {Owner}
            password: {password}
            with the same password: {Manager} (manager), {Agent} (agent), {OfOneNumber} (agent of one number)

            """.AsMemory(),
            ct
        );
    }
}
