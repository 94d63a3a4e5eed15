using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>A pool that is well, and one with a number that was banned this morning, one that took over and one that is warming up.</summary>
internal sealed class DemoPools(TenantId tenant, UserId owner, DateTimeOffset now)
{
    // The demo company's own.
    private static readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    public IEnumerable<object> Rows(IReadOnlyList<DemoNumber> numbers)
    {
        InstanceId Of(string name) => numbers.Single(n => n.Name == name).Id;
        var sales = new Pool(Id.New<PoolId>(now), tenant, "Vendas SP", official: false, now.AddDays(-40));
        sales.Share(PoolStrategy.WeightedByHealth, sticky: true);
        var billing = new Pool(Id.New<PoolId>(now.AddMilliseconds(1)), tenant, "Cobrança", official: false, now.AddDays(-30));
        var (today, failed) = (LocalDays.Of(now, _zone), now.AddHours(-3));
        var troubles = new DemoTroubles(tenant, owner, now);
        object[] rows =
        [
            sales,
            .. Member(sales, Of("Vendas"), MemberRole.Active, days: 400, sent: 286),
            .. Member(sales, Of("Vendas 02"), MemberRole.Active, days: 210, sent: 312),
            .. Member(sales, Of("Vendas 03"), MemberRole.Backup, days: 160, sent: 0),
            billing,
            .. Member(billing, Of("Cobrança"), MemberRole.Active, days: 300, sent: 204, quarantinedAt: failed),
            .. Member(billing, Of("Cobrança 02"), MemberRole.Backup, days: 120, sent: 64, promotedAt: failed.AddSeconds(2)),
            .. Member(billing, Of("Cobrança 03"), MemberRole.Warming, days: 11, sent: 41),
            troubles.Failover(billing, Of("Cobrança"), Of("Cobrança 02"), Of("Cobrança 03"), failed),
            .. troubles.Alerts(loggedOut: Of("Vendas 02"), flapped: Of("Suporte"), busy: Of("Vendas")),
        ];
        // The history's order is that of its ids.
        return rows.OrderBy(r => (r as RoleChangeRow)?.At);

        IEnumerable<object> Member(
            Pool pool,
            InstanceId number,
            MemberRole began,
            int days,
            int sent,
            DateTimeOffset? quarantinedAt = null,
            DateTimeOffset? promotedAt = null
        )
        {
            var member = new PoolMember(pool, number, began, pool.CreatedAt.AddMinutes(1));
            yield return member;
            yield return Line(pool, number, null, began, RoleCause.ByPerson, null, pool.CreatedAt.AddMinutes(1));
            if (quarantinedAt is { } fell)
            {
                member.Become(MemberRole.Quarantined, RoleCause.Failed, by: null, fell, "closed.403");
                yield return Line(pool, number, began, MemberRole.Quarantined, RoleCause.Failed, "closed.403", fell);
            }

            if (promotedAt is { } took)
            {
                member.Become(MemberRole.Active, RoleCause.Failover, by: null, took);
                yield return Line(pool, number, began, MemberRole.Active, RoleCause.Failover, null, took);
            }

            yield return new PaceRow
            {
                TenantId = tenant,
                InstanceId = number,
                InUseSince = today.AddDays(1 - days),
                Day = today,
                SentToday = sent,
                StrangersToday = sent,
                Hour = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero),
                InSeries = sent % 30,
                LastAt = sent > 0 ? now.AddSeconds(-30) : null,
                PenaltyUntil = promotedAt?.AddHours(24),
            };
        }
    }

    private RoleChangeRow Line(
        Pool pool,
        InstanceId number,
        MemberRole? from,
        MemberRole to,
        RoleCause cause,
        string? detail,
        DateTimeOffset at
    ) =>
        new()
        {
            TenantId = tenant,
            InstanceId = number,
            PoolId = pool.Id,
            From = from,
            To = to,
            Cause = cause,
            Detail = detail,
            By = cause == RoleCause.ByPerson ? owner : null,
            ByName = cause == RoleCause.ByPerson ? "Ana Ribeiro" : null,
            At = at,
        };
}
