using System.Text.Json;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Failover;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What went wrong in the company's last days: alerts that are over. What is wrong now the console finds by itself.</summary>
internal sealed class DemoTroubles(TenantId tenant, UserId owner, DateTimeOffset now)
{
    /// <summary>The record of the number that was banned this morning, and of who took over.</summary>
    public FailoverRow Failover(Pool pool, InstanceId failed, InstanceId serves, InstanceId slowed, DateTimeOffset at)
    {
        var plan = new FailoverPlan(
            failed,
            new Finding(Verdict.Banned, "closed.403", at),
            serves,
            serves,
            [
                new RoleStep(serves, MemberRole.Active, RoleCause.Failover),
                new RoleStep(failed, MemberRole.Quarantined, RoleCause.Failed, "closed.403"),
            ],
            [],
            [serves, slowed],
            at.AddHours(24),
            "failover.promoted",
            IsDrill: false
        );
        return new FailoverRow
        {
            Id = Id.New<FailoverId>(at),
            TenantId = tenant,
            PoolId = pool.Id,
            InstanceId = failed,
            Plan = JsonSerializer.Serialize(plan, PoolMapping.Json),
            Key = plan.Key,
            Verdict = Verdict.Banned,
            Cause = "closed.403",
            ServesId = serves,
            PromotedId = serves,
            SignalAt = at,
            DetectedAt = at.AddMilliseconds(90),
            PromotedAt = at.AddMilliseconds(210),
            FirstSentAt = at.AddMilliseconds(1400),
            FinishedAt = at.AddMilliseconds(640),
        };
    }

    public IEnumerable<AlertEntry> Alerts(InstanceId loggedOut, InstanceId flapped, InstanceId busy) =>
        [
            Over(AlertKind.LoggedOut, loggedOut, now.AddDays(-9), TimeSpan.FromMinutes(34), "closed.401", acknowledged: true),
            Over(AlertKind.Flapping, flapped, now.AddDays(-4), TimeSpan.FromMinutes(52), "flapping", acknowledged: false),
            Over(AlertKind.CapNear, busy, now.AddHours(-27), TimeSpan.FromHours(6), cause: null, acknowledged: false, (80, 600)),
        ];

    private AlertEntry Over(
        AlertKind kind,
        InstanceId number,
        DateTimeOffset at,
        TimeSpan lasted,
        string? cause,
        bool acknowledged,
        (int Count, int Of)? said = null
    ) =>
        new()
        {
            Id = Id.New<AlertId>(at),
            TenantId = tenant,
            Kind = kind,
            Subject = number.Value,
            Level = kind.Level(),
            InstanceId = number,
            CauseSince = at.AddSeconds(-4),
            Cause = cause,
            SaidCount = said?.Count,
            SaidOf = said?.Of,
            RaisedAt = at,
            ClearedAt = at + lasted,
            AcknowledgedAt = acknowledged ? at.AddMinutes(3) : null,
            AcknowledgedBy = acknowledged ? owner : null,
            AcknowledgedByName = acknowledged ? "Ana Ribeiro" : null,
        };
}
