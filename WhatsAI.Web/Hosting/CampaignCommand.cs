using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Hosting;

/// <summary>
/// <c>WhatsAI.Web campaign feed --tenant … --pool … --count …</c>, also while the console runs: puts messages to made-up people into a pool's queue. Only where
/// every number of the pool is one of the configured sandbox: no real number writes to numbers that nobody gave it.
/// </summary>
public static class CampaignCommand
{
    private const int Most = 100_000;

    private const string Usage = """
        campaign feed --tenant company --pool "Pool" --count 100 [--priority 5] [--name "Campaign"] [--text "Words"]
        """;

    public static bool IsMeant(string[] args) => args is ["campaign", ..];

    /// <summary>0 when done, 1 when refused, 2 when it was not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new ConfigurationBuilder().AddCommandLine([.. args.Skip(2)]).Build();
        if (
            args is not ["campaign", "feed", ..]
            || options["tenant"] is not { } slug
            || options["pool"] is not { } pool
            || Number(options["count"], Most) is not { } count
            || Number(options["priority"] ?? "5", 99) is not { } priority
        )
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var builder = ConsoleHost.CreateBuilder([.. args.Skip(2)]);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        try
        {
            await app.Services.GetRequiredService<DatabaseStartup>().AttachAsync();
            await using var plain = app.Services.CreateAsyncScope();
            var tenant = await plain
                .ServiceProvider.GetRequiredService<ConsoleDb>()
                .Tenants.Where(t => t.Slug == slug)
                .Select(t => (TenantId?)t.Id)
                .SingleOrDefaultAsync();
            if (tenant is null)
            {
                await Console.Error.WriteLineAsync("There is no such company: tenant list names them.");
                return 1;
            }

            await using var scope = app.Services.GetRequiredService<TenantScopes>().Enter(tenant.Value);
            if (await FindAsync(scope.ServiceProvider, pool) is not { } found)
            {
                await Console.Error.WriteLineAsync("There is no such pool, or one of its numbers is not the sandbox's.");
                return 1;
            }

            var name = options["name"] ?? "Test";
            var pieces = Enumerable.Range(1, count).Select(n => Piece(options["text"] ?? name, n)).ToArray();
            var feed = new CampaignFeed(found, new CampaignId(Guid.NewGuid()), name, (short)priority, pieces);
            var fed = await app.Services.GetRequiredService<CampaignLane>().FeedAsync(tenant.Value, feed);
            await Console.Out.WriteLineAsync($"{feed.Campaign}: {fed} messages wait at {pool}.");
            return 0;
        }
        catch (Exception e) when (e is DatabaseStartException or RuleException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<PoolId?> FindAsync(IServiceProvider services, string name)
    {
        var sandbox = services.GetRequiredService<SandboxOptions>();
        var shared = services.GetRequiredService<IOptions<SharedGatewayOptions>>().Value;
        await using var db = await services.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync();
        var pool = await db.Pools.Where(p => p.Name == name).Select(p => (PoolId?)p.Id).SingleOrDefaultAsync();
        var servers = await (
            from m in db.PoolMembers
            where m.PoolId == pool
            join i in db.Instances on m.InstanceId equals i.Id
            join g in db.GatewayServers on i.GatewayServerId equals g.Id
            select new { g.SharedName, g.Address }
        ).ToListAsync();
        var addresses = servers.Select(s => s.SharedName is { } known ? shared.Find(known)?.Address : new Uri(s.Address!));
        return sandbox.Enabled && servers.Count > 0 && addresses.All(a => IsAt(sandbox, a)) ? pool : null;
    }

    private static bool IsAt(SandboxOptions sandbox, Uri? address) =>
        Uri.TryCreate(sandbox.BaseAddress, UriKind.Absolute, out var own)
        && address is not null
        && (own.Port, own.AbsolutePath.TrimEnd('/')) == (address.Port, address.AbsolutePath.TrimEnd('/'))
        && (own.Host == address.Host || (own.IsLoopback && address.IsLoopback));

    private static CampaignPiece Piece(string words, int n) =>
        new(
            Guid.NewGuid(),
            new TextBody(string.Create(CultureInfo.InvariantCulture, $"{words} {n}")),
            PhoneNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"+55119{Random.Shared.Next(70_000_000, 80_000_000)}"))
        );

    private static int? Number(string? text, int most) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most ? number : null;
}
