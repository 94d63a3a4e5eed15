using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

/// <summary>A tenant of its own with a gateway server, and its numbers' actions as a member of any role.</summary>
internal sealed class NumberHarness(TestServices services, CreatedTenant tenant, GatewayServerId server) : IAsyncDisposable
{
    public TenantId Tenant => tenant.Id;

    public GatewayServerId Server => server;

    public IServiceProvider Provider => services.Provider;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<NumberHarness> StartAsync(Uri gateway, string key = SandboxProcess.Key, Uri? webhooks = null)
    {
        var services = await TestServices.StartAsync(("Console:PublicAddress", (webhooks ?? new Uri("http://127.0.0.1:9")).ToString()));
        var tenant = await services.NewTenantAsync();
        await using var scope = services.Enter(tenant);
        var server = await scope
            .ServiceProvider.GetRequiredService<GatewayServerActions>()
            .AddAsync(new GatewayServerForm("evolution-1", gateway.ToString(), key), Ct);
        return new NumberHarness(services, tenant, server);
    }

    public async Task<InstanceId> CreateAsync(string name = "Vendas 01") =>
        await DoAsync<InstanceCreation, InstanceId>(c => c.CreateAsync(name, server, Ct));

    public async Task<TResult> DoAsync<TActions, TResult>(Func<TActions, Task<TResult>> act, Role role = Role.Owner)
        where TActions : notnull
    {
        await using var scope = services.Enter(tenant, role);
        return await act(scope.ServiceProvider.GetRequiredService<TActions>());
    }

    public Task DoAsync<TActions>(Func<TActions, Task> act, Role role = Role.Owner)
        where TActions : notnull =>
        DoAsync<TActions, bool>(
            async a =>
            {
                await act(a);
                return true;
            },
            role
        );

    public async Task<ConnectionFacts> FactsAsync(InstanceId id) =>
        (await Provider.GetRequiredService<ConnectionRecord>().ReadAsync(Tenant, id, Ct)).ShouldNotBeNull();

    public Task<NumberRow> RowAsync(InstanceId id) =>
        DoAsync<InstanceQueries, NumberRow>(async q => (await q.WallAsync(Ct)).Single(r => r.Id == id));

    public async Task<IReadOnlyList<string>> LogAsync(InstanceId id) =>
        [
            .. (await DoAsync<InstanceQueries, IReadOnlyList<ConnectionLogRow>>(q => q.LogAsync(id, before: null, 50, Ct)))
                .Select(l => l.What)
                .Reverse(),
        ];

    /// <summary>What the inbound worker does with a batch.</summary>
    public async Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(InstanceId id, DateTimeOffset now, params GatewayEvent[] events)
    {
        await using var transaction = await Provider.GetRequiredService<NpgsqlDataSource>().BeginAsync(Tenant, Ct);
        var published = await ConnectionStep.ApplyAsync(transaction.Connection, Tenant, id, events, now, Ct);
        await transaction.CommitAsync(Ct);
        return published;
    }

    public async Task<T?> ScalarAsync<T>(string sql, params object?[] values)
    {
        await using var transaction = await Provider.GetRequiredService<NpgsqlDataSource>().BeginAsync(Tenant, Ct);
        await using var command = transaction.Connection.Sql(sql, values);
        var value = await command.ExecuteScalarAsync(Ct);
        await transaction.CommitAsync(Ct);
        return value is null or DBNull ? default : (T)value;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
