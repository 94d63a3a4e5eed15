using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>What the rules are told of numbers is what stands in the database.</summary>
public sealed class MemberFactsReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_come_with_role_finding_and_what_is_left_today_and_loose_numbers_apart()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup, null);
        await world.FindAsync(0, Verdict.Banned, TimeSpan.FromMinutes(3), 12);
        await using var transaction = await world.First.Database.BeginAsync(world.Tenant, Ct);
        var pace = (await PaceSql.LockAsync(transaction.Connection, world.Tenant, world.Numbers[1].Instance, Ct))!;
        var old = pace with { InUseSince = new DateOnly(2020, 1, 1), PenaltyUntil = DateTimeOffset.UtcNow.AddHours(2) };
        await PaceSql.WriteAsync(transaction.Connection, world.Tenant, world.Numbers[1].Instance, old, Ct);

        var now = DateTimeOffset.UtcNow;
        var all = await MemberFactsReader.OfTenantAsync(transaction.Connection, world.Tenant, now, Ct);
        var pool = await MemberFactsReader.OfPoolAsync(transaction.Connection, world.Tenant, world.Pool, now, Ct);

        var members = all.Pools.ShouldHaveSingleItem().Members.ToDictionary(m => m.Facts.Instance);
        var (banned, backup) = (members[world.First.Instance].Facts, members[world.Numbers[1].Instance].Facts);
        (banned.Role, banned.Finding.Verdict, banned.Finding.Cause, banned.Score, banned.IsWarm).ShouldBe(
            (MemberRole.Active, Verdict.Banned, "closed.403", 12, false)
        );
        banned.LeftToday.ShouldBe(new PacePolicy().WarmUp.PerDay(1)!.Value);
        (backup.Role, backup.Finding.Verdict, backup.IsWarm, backup.LeftToday).ShouldBe((MemberRole.Backup, Verdict.Unknown, true, 300));
        all.Loose.ShouldHaveSingleItem().Facts.Instance.ShouldBe(world.Numbers[2].Instance);
        pool!.Members.Select(m => m.Facts).ShouldBe(all.Pools[0].Facts, ignoreOrder: true);
        (await MemberFactsReader.OfPoolAsync(transaction.Connection, world.Tenant, new PoolId(Guid.NewGuid()), now, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Numbers_of_another_company_are_not_among_them()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        var other = await PoolWorld.CreateAsync(MemberRole.Active);
        await using var transaction = await world.First.Database.BeginAsync(world.Tenant, Ct);

        (await MemberFactsReader.OfPoolAsync(transaction.Connection, world.Tenant, other.Pool, DateTimeOffset.UtcNow, Ct)).ShouldBeNull();
        (await MemberFactsReader.OfTenantAsync(transaction.Connection, world.Tenant, DateTimeOffset.UtcNow, Ct)).Pools.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Server_whose_numbers_fell_together_or_that_does_not_answer_has_an_incident()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
        for (var i = 0; i < 3; i++)
        {
            await world.FindAsync(i, Verdict.Dead, TimeSpan.FromMinutes(3));
        }

        (await IncidentsAsync(world)).ShouldHaveSingleItem().Fallen.Count.ShouldBe(3);

        await world.FindAsync(2, Verdict.Healthy, TimeSpan.Zero);
        (await IncidentsAsync(world)).ShouldBeEmpty();

        await world.First.RunAsync(
            "UPDATE instance_statuses SET gateway_seen_at = now() - interval '2 minutes', gateway_failure = 'Unreachable', gateway_failure_at = now() - interval '1 minute' WHERE tenant_id = $1"
        );
        (await IncidentsAsync(world)).ShouldHaveSingleItem().Unreachable.ShouldBeTrue();
    }

    private static async Task<IReadOnlyList<GatewayIncident>> IncidentsAsync(PoolWorld world)
    {
        await using var transaction = await world.First.Database.BeginAsync(world.Tenant, Ct);
        return await GatewayIncidents.ReadAsync(transaction.Connection, world.Tenant, DateTimeOffset.UtcNow, Ct);
    }
}
