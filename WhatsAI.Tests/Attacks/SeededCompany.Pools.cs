using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Standbys;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Attacks;

/// <summary>A pool with a number in it, and what is remembered of that one.</summary>
internal sealed partial class SeededCompany
{
    private PoolId AddPool(ConsoleDb db, InstanceId number, DateTimeOffset now)
    {
        var pool = new Pool(Id.New<PoolId>(now), Tenant.Id, Secret, official: false, now);
        db.AddRange(
            pool,
            new PoolMember(pool, number, MemberRole.Active, now),
            new RoleChangeRow
            {
                TenantId = Tenant.Id,
                InstanceId = number,
                PoolId = pool.Id,
                To = MemberRole.Active,
                ByName = Secret,
                At = now,
            },
            new PaceRow
            {
                TenantId = Tenant.Id,
                InstanceId = number,
                InUseSince = DateOnly.FromDateTime(now.UtcDateTime),
                Day = DateOnly.FromDateTime(now.UtcDateTime),
                Hour = now,
            },
            new WatchRow { TenantId = Tenant.Id, InstanceId = number },
            new PaceDay
            {
                TenantId = Tenant.Id,
                InstanceId = number,
                Day = DateOnly.FromDateTime(now.UtcDateTime),
            }
        );
        var second = new GatewayServer(Id.New<GatewayServerId>(now), Tenant.Id, "Reserva", new Uri("http://127.0.0.1:9"), "", now);
        db.AddRange(second, new Standby(db.Instances.Single(i => i.Id == number), second.Id, after: null, now));
        return pool.Id;
    }
}
