using System.Security.Cryptography;
using Bogus;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
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
    private const int Seed = 2026;
    private const int People = 300;
    private const int Conversations = 120;

    /// <summary>Where run.sh looks.</summary>
    private string SignInFile => Path.Combine(environment.ContentRootPath, "data", "demo-sign-in.txt");

    /// <summary>Does nothing when anybody or any company is there.</summary>
    public async Task EnsureAsync(CancellationToken ct = default)
    {
        if (await db.Tenants.AnyAsync(ct) || await creation.HasUsersAsync(ct))
        {
            return;
        }

        var password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 14);
        var company = await creation.CreateAsync(new NewTenant("Distribuidora Aurora", Owner, "Ana Ribeiro", password, Slug: Slug), ct);
        var bruno = await creation.AddMemberAsync(company.Id, "bruno@aurora.example", "Bruno Teixeira", password, Role.Agent, ct);
        await creation.AddMemberAsync(company.Id, "julia@aurora.example", "Júlia Prado", password, Role.Manager, ct);
        await FillAsync(company, bruno, ct);
        await TellAsync(password, ct);
        log.LogInformation("The demo company was made; its sign-in is in {File}", SignInFile);
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
        var people = DemoPeople.Make(company.Id, People, faker, now);
        var files = new DemoFiles(company.Id, store, random, now);
        var threads = await new DemoConversations(company.Id, [company.OwnerId, bruno], files, faker, random, now).MakeAsync(
            numbers,
            people,
            Conversations,
            ct
        );
        var heads = threads.Select((t, i) => t.Head(t.Status == ConversationStatus.Resolved ? 0 : i % 4)).ToList();
        mine.ChangeTracker.AutoDetectChangesEnabled = false;
        mine.AddRange(people.Select(p => p.Contact));
        mine.AddRange(people.Select(p => p.Identity));
        mine.AddRange(files.Rows);
        mine.AddRange(threads.Select(t => t.Row()));
        mine.AddRange(threads.Select(t => t.Episode()));
        mine.AddRange(threads.SelectMany(t => t.Messages));
        mine.AddRange(threads.SelectMany(t => t.Reactions));
        mine.AddRange(heads);
        mine.AddRange(Counts(company.Id, heads));
        await mine.SaveChangesAsync(ct);
    }

    private static IEnumerable<ConversationCount> Counts(TenantId tenant, IEnumerable<ConversationHead> heads) =>
        heads
            .GroupBy(h => (h.InstanceId, h.Kind, h.Status))
            .Select(g => new ConversationCount
            {
                TenantId = tenant,
                InstanceId = g.Key.InstanceId,
                Kind = g.Key.Kind,
                Status = g.Key.Status,
                Conversations = g.Count(),
                Unread = g.Count(h => h.Unread > 0),
            });

    private async Task TellAsync(string password, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SignInFile)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new StreamWriter(SignInFile, options);
        await file.WriteAsync($"e-mail: {Owner}\npassword: {password}\n".AsMemory(), ct);
    }
}
