using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>A company of the test's own with linked numbers of one server in one pool.</summary>
internal sealed class PoolWorld
{
    private PoolWorld(IReadOnlyList<MessagingWorld> numbers, PoolId pool) => (Numbers, Pool) = (numbers, pool);

    public IReadOnlyList<MessagingWorld> Numbers { get; }

    public PoolId Pool { get; }

    public MessagingWorld First => Numbers[0];

    public TenantId Tenant => First.Tenant;

    public static async Task<PoolWorld> CreateAsync(params MemberRole?[] roles)
    {
        var numbers = new List<MessagingWorld> { await MessagingWorld.CreateAsync() };
        foreach (var _ in roles.Skip(1))
        {
            numbers.Add(await MessagingWorld.CreateAsync(numbers[0].Tenant));
        }

        await numbers[0]
            .RunAsync(
                "UPDATE instances SET gateway_server_id = (SELECT min(id::text)::uuid FROM gateway_servers WHERE tenant_id = $1) WHERE tenant_id = $1"
            );
        await numbers[0]
            .RunAsync(
                "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', state_since = now() - interval '1 day', gateway_seen_at = now() WHERE tenant_id = $1"
            );
        var long_ = DateTimeOffset.UtcNow.AddDays(-20);
        await using var db = await TestDatabase.DbAsync(numbers[0].Tenant);
        var pool = new Pool(Id.New<PoolId>(DateTimeOffset.UtcNow), numbers[0].Tenant, "Vendas", official: false, long_);
        db.Pools.Add(pool);
        foreach (var (number, role) in numbers.Zip(roles).Where(n => n.Second is not null))
        {
            db.PoolMembers.Add(new PoolMember(pool, number.Instance, role!.Value, long_));
        }

        await db.SaveChangesAsync();
        return new PoolWorld(numbers, pool.Id);
    }

    /// <summary>As if the number had been judged so.</summary>
    public Task FindAsync(int number, Verdict verdict, TimeSpan ago, short? score = null) =>
        First.RunAsync(
            """
            INSERT INTO watch_states (tenant_id, instance_id, state, verdict, cause, verdict_since, inbound_only, score, judged_at)
            VALUES ($1, $2, '{}', $3, 'closed.403', now() - $4::interval, false, $5, now())
            ON CONFLICT (tenant_id, instance_id) DO UPDATE SET verdict = excluded.verdict, cause = excluded.cause, verdict_since = excluded.verdict_since,
                score = excluded.score
            """,
            Numbers[number].Instance.Value,
            verdict.ToString(),
            ago,
            new Npgsql.NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Smallint, Value = (object?)score ?? DBNull.Value }
        );

    public Task<string?> RoleAsync(int number) =>
        First.ScalarAsync<string>(
            "SELECT role FROM pool_members WHERE tenant_id = $1 AND instance_id = $2",
            Numbers[number].Instance.Value
        );
}
