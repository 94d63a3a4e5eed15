using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Tests.Common;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Work;

/// <summary>What people see of a number's ramp, and its end.</summary>
public sealed class WarmUpWorkTests
{
    private static readonly DateTimeOffset _first = At("2027-01-10 10:00", SaoPaulo);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_of_the_ramp_is_one_line_however_often_it_is_looked_at()
    {
        var world = await WorldAsync(MemberRole.Warming);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.WarmUpAsync(_first)));
        await world.WarmUpAsync(_first.AddDays(6));
        await world.WarmUpAsync(_first.AddDays(7));
        await world.WarmUpAsync(_first.AddDays(14));

        (await LinesAsync(world)).ShouldBe(["warm-up 20", "warm-up 50", "warm-up 100"]);
        (await world.RoleAsync(0)).ShouldBe("Warming");
    }

    [Fact]
    public async Task Number_that_is_warm_and_well_becomes_a_backup_once()
    {
        var world = await WorldAsync(MemberRole.Warming);
        await world.FindAsync(0, Verdict.Healthy, TimeSpan.FromDays(1), 90);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.WarmUpAsync(_first.AddDays(42))));

        (await world.RoleAsync(0)).ShouldBe("Backup");
        (await LinesAsync(world)).ShouldBe(["warmed-up "]);
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        (await db.RoleChanges.Select(c => c.Cause).ToListAsync(Ct)).ShouldBe([RoleCause.WarmedUp]);
    }

    [Fact]
    public async Task Number_that_is_warm_but_not_known_to_be_well_waits()
    {
        var world = await WorldAsync(MemberRole.Warming);

        await world.WarmUpAsync(_first.AddDays(42));

        (await world.RoleAsync(0)).ShouldBe("Warming");
    }

    [Fact]
    public async Task Number_that_rests_or_is_warm_has_no_line()
    {
        var world = await WorldAsync(MemberRole.Backup);

        await world.WarmUpAsync(_first);

        (await LinesAsync(world)).ShouldBeEmpty();
    }

    private static async Task<PoolWorld> WorldAsync(MemberRole role)
    {
        var world = await PoolWorld.CreateAsync(role);
        await world.First.RunAsync(
            """
            INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
            VALUES ($1, $2, '2027-01-10', '-infinity', 0, 0, '-infinity', 0, 0)
            """,
            world.First.Instance.Value
        );
        return world;
    }

    private static async Task<string[]> LinesAsync(PoolWorld world) =>
        await world.First.ScalarAsync<string[]>(
            "SELECT array_agg(what || ' ' || coalesce(code::text, '') ORDER BY id) FROM connection_log WHERE tenant_id = $1"
        ) ?? [];
}
