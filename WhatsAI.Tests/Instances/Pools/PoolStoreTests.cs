using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>What the rules remember comes back from PostgreSQL as it went in, and of two who want one change of a role one does it.</summary>
public sealed class PoolStoreTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pace_comes_back_as_it_was_written()
    {
        var world = await MessagingWorld.CreateAsync();
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);

        var first = (await PaceSql.LockAsync(transaction.Connection, world.Tenant, world.Instance, Ct))!;
        var written = new PaceState
        {
            InUseSince = new DateOnly(2019, 5, 1),
            Day = new DateOnly(2026, 11, 20),
            SentToday = 7,
            StrangersToday = 3,
            Hour = _now,
            SentThisHour = 2,
            InSeries = 5,
            LastAt = _now.AddSeconds(-9),
            NotBefore = _now.AddSeconds(40),
            PenaltyUntil = _now.AddHours(3),
            PausedUntil = DateTimeOffset.MaxValue,
        };
        await PaceSql.WriteAsync(transaction.Connection, world.Tenant, world.Instance, written, Ct);

        first.SentToday.ShouldBe(0);
        first.InUseSince.ShouldBeInRange(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1), DateOnly.FromDateTime(DateTime.UtcNow));
        first.ShouldBe(PaceState.New(first.InUseSince));
        (await PaceSql.LockAsync(transaction.Connection, world.Tenant, world.Instance, Ct)).ShouldBe(written);
    }

    [Fact]
    public async Task Watch_comes_back_as_it_was_written()
    {
        var world = await MessagingWorld.CreateAsync();
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);

        var first = await WatchSql.LockAsync(transaction.Connection, world.Tenant, world.Instance, Ct);
        var written = first with
        {
            UnackedInRow = 4,
            UnackedSince = _now,
            Flaps = new Fading(2.5, _now),
            FlapCause = "closed.440",
            Refused = Verdict.Restricted,
            RefusedCode = 463,
            Quality = Quality.Low,
        };
        await WatchSql.WriteAsync(transaction.Connection, world.Tenant, world.Instance, written, Ct);

        first.ShouldBe(new WatchState());
        (await WatchSql.LockAsync(transaction.Connection, world.Tenant, world.Instance, Ct)).ShouldBe(written);
    }

    [Fact]
    public async Task Role_that_two_want_at_once_changes_once_and_has_one_line()
    {
        var world = await MessagingWorld.CreateAsync();
        var pool = await AddPoolAsync(world, MemberRole.Backup);
        var wanted = new WantedRole(world.Instance, MemberRole.Active, RoleCause.Failover, Detail: "closed.403");

        var done = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ChangeAsync(world, wanted)));

        done.Order().ShouldBe([false, true]);
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        var member = await db.PoolMembers.SingleAsync(Ct);
        (member.Role, member.Cause, member.Detail).ShouldBe((MemberRole.Active, RoleCause.Failover, "closed.403"));
        var line = await db.RoleChanges.SingleAsync(Ct);
        (line.PoolId, line.From, line.To, line.By).ShouldBe((pool, MemberRole.Backup, MemberRole.Active, null));
    }

    [Fact]
    public async Task Role_that_the_rules_forbid_is_refused_and_writes_nothing()
    {
        var world = await MessagingWorld.CreateAsync();
        await AddPoolAsync(world, MemberRole.Warming);

        var refused = await Should.ThrowAsync<RuleException>(() =>
            ChangeAsync(world, new WantedRole(world.Instance, MemberRole.Active, RoleCause.Failover))
        );

        refused.Key.ShouldBe("pool.role-forbidden");
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        (await db.RoleChanges.AnyAsync(Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Pool_comes_back_with_its_rules()
    {
        var world = await MessagingWorld.CreateAsync();
        await AddPoolAsync(world, MemberRole.Active);

        await using var db = await TestDatabase.DbAsync(world.Tenant);
        var pool = await db.Pools.SingleAsync(Ct);

        (pool.Name, pool.Strategy, pool.IsSticky, pool.Announced).ShouldBe(("Vendas", PoolStrategy.WeightedByHealth, false, null));
        pool.Pace.ShouldBe(new PacePolicy { DailyCap = 321, SlowHours = pool.Pace.SlowHours });
        pool.Failover.ShouldBe(new FailoverPolicy(HoldEveryCampaign: true));
    }

    [Fact]
    public async Task Two_pools_of_one_company_do_not_share_a_name()
    {
        var world = await MessagingWorld.CreateAsync();
        await AddPoolAsync(world, MemberRole.Active);

        await using var db = await TestDatabase.DbAsync(world.Tenant);
        db.Pools.Add(new Pool(Id.New<PoolId>(_now), world.Tenant, "VENDAS", official: false, _now));

        await Should.ThrowAsync<DbUpdateException>(() => db.SaveChangesAsync(Ct));
    }

    private static async Task<bool> ChangeAsync(MessagingWorld world, WantedRole wanted)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        var done = await MemberRoles.ChangeAsync(transaction.Connection, world.Tenant, wanted, _now, Ct);
        await transaction.CommitAsync(Ct);
        return done;
    }

    private static async Task<PoolId> AddPoolAsync(MessagingWorld world, MemberRole role)
    {
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        var pool = new Pool(Id.New<PoolId>(_now), world.Tenant, "Vendas", official: false, _now);
        pool.Share(PoolStrategy.WeightedByHealth, sticky: false);
        pool.SetPace(new PacePolicy { DailyCap = 321 });
        pool.SetFailover(new FailoverPolicy(HoldEveryCampaign: true));
        db.Pools.Add(pool);
        db.PoolMembers.Add(new PoolMember(pool, world.Instance, role, _now));
        await db.SaveChangesAsync(Ct);
        return pool.Id;
    }
}
