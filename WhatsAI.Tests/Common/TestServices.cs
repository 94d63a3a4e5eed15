using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Common;

/// <summary>The program's services as they are, on the test run's database; no hosted service runs. A tenant of its own, and scopes in it as any role.</summary>
public sealed class TestServices : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private static readonly KeyValuePair<string, string?> _sandboxOnThisMachine = new("Outgoing:AllowPrivateGateways", "true");
    private readonly ServiceProvider _provider;

    private TestServices(ServiceProvider provider) => _provider = provider;

    public IServiceProvider Provider => _provider;

    public static Task<TestServices> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    /// <param name="time">This copy's clock, which need not be the database's.</param>
    public static async Task<TestServices> StartAsync(TimeProvider time, params (string Key, string Value)[] settings) =>
        Start(await TestDatabase.AppAsync(), await TestDatabase.OwnerAsync(), await TestDatabase.KeyFileAsync(), time, settings);

    /// <summary>On a database that running consoles use.</summary>
    public static TestServices On(string app, string owner) => Start(app, owner, keyFile: null, TimeProvider.System, []);

    private static TestServices Start(string app, string owner, string? keyFile, TimeProvider time, (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder()
                .AddInMemoryCollection([_sandboxOnThisMachine])
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
                .Build()
        );
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = Path.GetTempPath() });
        services.AddLogging();
        services.AddHttpContextAccessor();
        services.AddAuthentication();
        services.AddInfrastructure(_ => app);
        services.HashCheaply();
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        provider.GetRequiredService<DatabaseAddress>().Set(app, owner, keyFile);
        return new TestServices(provider);
    }

    /// <summary>A company that no other test knows, with its owner.</summary>
    public async Task<CreatedTenant> NewTenantAsync(string name = "Aurora")
    {
        await using var scope = _provider.CreateAsyncScope();
        var unique = Guid.NewGuid().ToString("N")[..12];
        return await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .CreateAsync(new NewTenant(name, $"{unique}@aurora.example", "Ana Ribeiro", Password, Slug: $"t{unique}"));
    }

    /// <summary>A scope that has entered the tenant as a member of this role.</summary>
    public AsyncServiceScope Enter(CreatedTenant tenant, Role role = Role.Owner)
    {
        var scope = _provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(tenant.Id, tenant.OwnerId, role, "Ana Ribeiro");
        return scope;
    }

    /// <summary>A scope that has entered the tenant as somebody who may and sees this.</summary>
    public AsyncServiceScope Enter(TenantId tenant, UserId user, MemberAccess access)
    {
        var scope = _provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(tenant, user, access, "Bruno Teixeira");
        return scope;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
