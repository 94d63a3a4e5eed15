using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

/// <summary>A company with two numbers in a pool, and what is found of them as the test says it.</summary>
internal sealed class AlertWorld
{
    private AlertWorld(MessagingWorld first, InstanceId second, Pool pool, GatewayServerId server) =>
        (First, Second, Pool, Server) = (first, second, pool, server);

    public MessagingWorld First { get; }
    public TenantId Tenant => First.Tenant;
    public InstanceId Number => First.Instance;
    public InstanceId Second { get; }
    public Pool Pool { get; }
    public GatewayServerId Server { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<AlertWorld> CreateAsync(TenantId? tenant = null)
    {
        var first = await MessagingWorld.CreateAsync(tenant);
        var second = await MessagingWorld.CreateAsync(first.Tenant);
        var now = DateTimeOffset.UtcNow;
        var pool = new Pool(Id.New<PoolId>(now), first.Tenant, "Vendas " + first.Instance.ToString()[^8..], official: false, now);
        await using var db = await TestDatabase.DbAsync(first.Tenant);
        db.AddRange(
            pool,
            new PoolMember(pool, first.Instance, MemberRole.Active, now),
            new PoolMember(pool, second.Instance, MemberRole.Backup, now)
        );
        await db.SaveChangesAsync(Ct);
        var server = (
            await first.ScalarAsync<object>(
                "SELECT gateway_server_id FROM instances WHERE tenant_id = $1 AND id = $2",
                first.Instance.Value
            )
        )!;
        return new AlertWorld(first, second.Instance, pool, new GatewayServerId((Guid)server));
    }

    public MemberFacts Member(InstanceId number, MemberRole role, Verdict verdict, DateTimeOffset since) =>
        new(
            number,
            Server,
            role,
            since,
            new Finding(verdict, verdict == Verdict.Healthy ? "healthy" : "closed.403", since - GatewayIncident.Settles),
            90,
            100
        )
        {
            IsWarm = true,
        };

    /// <summary>The pool with its first number so, and its second well.</summary>
    public PoolFacts Facts(Verdict verdict, DateTimeOffset since) =>
        new(
            Pool.Id,
            [
                Member(Number, verdict == Verdict.Healthy ? MemberRole.Active : MemberRole.Quarantined, verdict, since),
                Member(Second, MemberRole.Backup, Verdict.Healthy, since),
            ],
            [],
            null,
            null,
            [],
            []
        );

    public async Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(
        PoolFacts facts,
        DateTimeOffset now,
        params IReadOnlyList<GatewayIncident> incidents
    )
    {
        await using var transaction = await First.Database.BeginAsync(Tenant, Ct);
        var events = await AlertStep.ApplyAsync(transaction.Connection, Tenant, [facts], incidents, now, Ct);
        await transaction.CommitAsync(Ct);
        return events;
    }

    /// <summary>The whole company, with one number that is in no pool.</summary>
    public async Task<IReadOnlyList<ConsoleEvent>> ApplyAllAsync(PoolFacts[] pools, MemberFacts[] loose, DateTimeOffset now)
    {
        await using var transaction = await First.Database.BeginAsync(Tenant, Ct);
        var events = await AlertStep.ApplyAllAsync(transaction.Connection, Tenant, pools, loose, [], now, Ct);
        await transaction.CommitAsync(Ct);
        return events;
    }

    public async Task<AlertChannelId> AddChannelAsync(
        AlertChannelKind kind,
        string target,
        string? sealedSecret = null,
        AlertLevel lowest = AlertLevel.Info,
        params AlertKind[] kinds
    )
    {
        var now = DateTimeOffset.UtcNow;
        var channel = new AlertChannel(
            Id.New<AlertChannelId>(now),
            Tenant,
            kind,
            "Canal " + Guid.NewGuid().ToString("N")[..8],
            target,
            new AlertChoice(lowest, kinds),
            now
        );
        if (sealedSecret is not null)
        {
            channel.Rekey(sealedSecret);
        }

        await using var db = await TestDatabase.DbAsync(Tenant);
        db.Add(channel);
        await db.SaveChangesAsync(Ct);
        return channel.Id;
    }

    /// <summary>Kinds of the open alerts, and those that are over.</summary>
    public async Task<IReadOnlyList<string>> KindsAsync(bool open = true)
    {
        await using var transaction = await First.Database.BeginAsync(Tenant, Ct);
        await using var command = transaction.Connection.Sql(
            "SELECT kind FROM alerts WHERE tenant_id = $1 AND (cleared_at IS NULL) = $2 ORDER BY kind",
            Tenant.Value,
            open
        );
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var kinds = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            kinds.Add(reader.GetString(0));
        }

        return kinds;
    }

    public async Task<long> CountAsync(string sql, params object[] values) => (long)(await First.ScalarAsync<object>(sql, values))!;
}
