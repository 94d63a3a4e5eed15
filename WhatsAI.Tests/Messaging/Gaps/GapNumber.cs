using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Messaging.Gaps;

/// <summary>A number at a sandbox that posts no webhooks: what is written there is missed here until it is asked for.</summary>
internal sealed class GapNumber : IAsyncDisposable
{
    private GapNumber(OpenNumber number) => Open = number;

    public OpenNumber Open { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<GapNumber> StartAsync(SandboxProcess sandbox)
    {
        var number = new GapNumber(await OpenNumber.StartAsync(sandbox));
        await number.Open.Get<Journal>().StartAsync(Ct);
        return number;
    }

    public async Task AskAsync(TimeSpan? back = null, Role role = Role.Owner)
    {
        await using var scope = Open.Services.Enter(Open.Tenant, role);
        var actions = (GapActions)scope.ServiceProvider.GetService(typeof(GapActions))!;
        await actions.AskAsync(Open.Instance, back ?? TimeSpan.FromHours(1), Ct);
    }

    /// <summary>Once, as a worker that claims it.</summary>
    public async Task FillOnceAsync()
    {
        await using var held = await Open.ClaimAsync(WorkKind.Gap);
        await NewFiller().FillDueAsync(held);
    }

    /// <summary>Asks, works through the journal, and ends.</summary>
    public async Task FillAsync()
    {
        await FillOnceAsync();
        await ProcessAsync();
        await RunAsync("UPDATE gaps SET due_at = now() WHERE tenant_id = $1 AND state = 'Filling'");
        await FillOnceAsync();
    }

    public async Task ProcessAsync()
    {
        while (await Open.Get<InboundBatch>().ProcessAsync(Open.Instance, Ct) != BatchResult.Done)
        {
            await Task.Yield();
        }
    }

    /// <summary>A webhook that comes by itself.</summary>
    public async Task DeliverAsync(params System.Text.Json.Nodes.JsonNode[] bodies)
    {
        foreach (var body in bodies)
        {
            await Open.Get<Journal>()
                .AppendAsync(Open.Tenant.Id, Open.Instance, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), Ct);
        }

        await ProcessAsync();
    }

    /// <summary>$1 is the tenant; other values follow.</summary>
    public async Task<T?> OneAsync<T>(string sql, params object?[] values)
    {
        await using var transaction = await Open.Get<NpgsqlDataSource>().BeginAsync(Open.Tenant.Id, Ct);
        await using var command = transaction.Connection.Sql(sql, [Open.Tenant.Id.Value, .. values]);
        var value = await command.ExecuteScalarAsync(Ct);
        await transaction.CommitAsync(Ct);
        return value is T result ? result : default;
    }

    public Task RunAsync(string sql, params object?[] values) => OneAsync<object>(sql, values);

    public async Task<long> CountAsync(string where) => await OneAsync<long>($"SELECT count(*) FROM {where}");

    /// <summary>The newest gap as "Filled 3": its state and how many messages it brought.</summary>
    public Task<string?> GapAsync() =>
        OneAsync<string>(
            """
            SELECT state || ' ' || (SELECT coalesce(sum(recovered), 0) FROM gap_conversations c WHERE c.tenant_id = $1 AND c.gap_id = g.id)
            FROM gaps g WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 1
            """
        );

    public Task<List<Gap>> GapsAsync() => Open.InDbAsync(db => Task.FromResult(db.Set<Gap>().OrderBy(g => g.CreatedAt).ToList()));

    public ValueTask DisposeAsync() => Open.DisposeAsync();

    private GapFiller NewFiller() =>
        new(
            Open.Get<NpgsqlDataSource>(),
            Open.Get<GapReader>(),
            Open.Get<SendTools>(),
            Open.Get<EventHub>(),
            Open.Get<WorkTools>(),
            NullLogger<GapFiller>.Instance
        );
}
