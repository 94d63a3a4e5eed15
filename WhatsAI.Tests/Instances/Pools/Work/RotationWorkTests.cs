using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Tests.Common;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Work;

/// <summary>A pool whose active number has served for twenty days, and a backup that is well.</summary>
public sealed class RotationWorkTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_is_announced_first_and_done_on_its_day_once_however_many_copies_try()
    {
        var world = await WorldAsync();

        await world.RotateAsync(_now);
        var announced = (await AnnouncedAsync(world)).ShouldNotBeNull();
        await world.RotateAsync(_now.AddSeconds(30));
        (await RolesAsync(world)).ShouldBe(["Active", "Backup"]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.RotateAsync(_now.AddDays(1))));

        announced.ShouldBe(new RotationPlan(world.Numbers[0].Instance, world.Numbers[1].Instance, LocalDays.Of(_now, SaoPaulo).AddDays(1)));
        (await RolesAsync(world)).ShouldBe(["Backup", "Active"]);
        (await AnnouncedAsync(world)).ShouldBeNull();
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        (await db.RoleChanges.Select(c => c.Cause).ToListAsync(Ct)).ShouldBe([RoleCause.Rotation, RoleCause.Rotation]);
    }

    [Fact]
    public async Task Trouble_of_the_last_day_takes_the_announcement_back()
    {
        var world = await WorldAsync();
        await world.RotateAsync(_now);
        await world.First.RunAsync(
            """
            INSERT INTO role_changes (tenant_id, instance_id, pool_id, from_role, to_role, cause, at)
            VALUES ($1, $2, $3, 'Active', 'Quarantined', 'Failed', now())
            """,
            world.Numbers[1].Instance.Value,
            world.Pool.Value
        );

        await world.RotateAsync(_now.AddHours(20));

        (await AnnouncedAsync(world)).ShouldBeNull();
        (await RolesAsync(world)).ShouldBe(["Active", "Backup"]);
    }

    [Fact]
    public async Task Official_numbers_are_never_changed()
    {
        var world = await WorldAsync();
        await world.First.RunAsync("UPDATE pools SET is_official = true WHERE tenant_id = $1");

        await world.RotateAsync(_now);
        await world.RotateAsync(_now.AddDays(2));

        (await AnnouncedAsync(world)).ShouldBeNull();
        (await RolesAsync(world)).ShouldBe(["Active", "Backup"]);
    }

    [Fact]
    public async Task Console_that_was_down_on_the_day_makes_up_for_it()
    {
        var world = await WorldAsync();
        await world.RotateAsync(_now);

        await world.RotateAsync(_now.AddDays(3));

        (await RolesAsync(world)).ShouldBe(["Backup", "Active"]);
    }

    [Fact]
    public async Task Pool_is_looked_at_again_within_the_hour_and_soon_after_its_companys_midnight()
    {
        var world = await WorldAsync();

        (await world.RotateAsync(At("2027-01-10 15:00", SaoPaulo))).ShouldBe(TimeSpan.FromHours(1));
        (await world.RotateAsync(At("2027-01-10 23:40", SaoPaulo))).ShouldBe(TimeSpan.FromMinutes(22));
        (await world.RotateAsync(At("2027-01-11 00:01", SaoPaulo))).ShouldBe(TimeSpan.FromMinutes(1));
        (await world.RotateAsync(At("2027-01-11 00:02", SaoPaulo))).ShouldBe(TimeSpan.FromHours(1));
    }

    private static async Task<PoolWorld> WorldAsync()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await world.FindAsync(1, Verdict.Healthy, TimeSpan.FromDays(5), 90);
        return world;
    }

    private static async Task<RotationPlan?> AnnouncedAsync(PoolWorld world)
    {
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        return (await db.Pools.SingleAsync(p => p.Id == world.Pool, Ct)).Announced;
    }

    private static async Task<string?[]> RolesAsync(PoolWorld world) => [await world.RoleAsync(0), await world.RoleAsync(1)];
}
