using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Work;

namespace WhatsAI.Tests.Instances.Pools.Work;

/// <summary>Which pools are due, and that whoever dies with one in hand leaves it due again.</summary>
public sealed class PoolWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pool_that_was_made_is_due_for_every_kind_of_work_at_once()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);

        var kinds = await world.First.ScalarAsync<string[]>(
            "SELECT array_agg(kind::text ORDER BY kind) FROM pool_work WHERE tenant_id = $1 AND due_at <= now()"
        );

        kinds.ShouldBe(Enum.GetNames<PoolWorkKind>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pool_that_one_copy_took_is_nobody_elses_until_its_time_and_due_again_when_that_copy_died()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        var list = new PoolWorkList(world.First.Database);

        var taken = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => MineAsync(list, world)));

        taken.Sum().ShouldBe(1);
        (await DueInAsync(world)).ShouldBeInRange(10, PoolWorkList.Again.TotalSeconds);
        await world.First.RunAsync("UPDATE pool_work SET due_at = now() WHERE tenant_id = $1");
        (await MineAsync(list, world)).ShouldBe(1);
    }

    [Fact]
    public async Task What_made_it_due_while_it_was_looked_at_is_not_overwritten_by_the_one_who_gives_it_back()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        var list = new PoolWorkList(world.First.Database);
        var turn = await TakeAsync(list, world);

        await using (var connection = await world.First.Database.OpenConnectionAsync(Ct))
        {
            await PoolWorkList.DueAsync(connection, PoolWorkKind.Rotation, world.Pool, Ct);
        }

        await list.GiveBackAsync(turn!, TimeSpan.FromHours(1), Ct);

        (await DueInAsync(world)).ShouldBeLessThanOrEqualTo(0);
    }

    [Fact]
    public async Task Pool_is_given_back_until_its_next_time_and_one_that_fails_is_tried_again_soon()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        var list = new PoolWorkList(world.First.Database);
        var works = new Works { Next = TimeSpan.FromHours(1) };

        await new PoolWorkRunner(list, [works], NullLogger<PoolWorkRunner>.Instance).RunAsync(PoolWorkKind.Rotation, Ct);

        (await DueInAsync(world)).ShouldBeInRange(3500, 3600);
        await world.First.RunAsync("UPDATE pool_work SET due_at = now() WHERE tenant_id = $1");
        works.Next = null;
        await new PoolWorkRunner(list, [works], NullLogger<PoolWorkRunner>.Instance).RunAsync(PoolWorkKind.Rotation, Ct);
        (await DueInAsync(world)).ShouldBeInRange(1, PoolWorkList.Again.TotalSeconds);
    }

    private static async Task<int> MineAsync(PoolWorkList list, PoolWorld world) => await TakeAsync(list, world) is null ? 0 : 1;

    // Other tests' pools may be due as well: what is not ours is due again by itself.
    private static async Task<PoolTurn?> TakeAsync(PoolWorkList list, PoolWorld world) =>
        (await list.TakeAsync(PoolWorkKind.Rotation, 1000, Ct)).FirstOrDefault(t => t.Pool == world.Pool);

    private static async Task<double> DueInAsync(PoolWorld world) =>
        await world.First.ScalarAsync<double>(
            "SELECT extract(epoch FROM due_at - now())::float8 FROM pool_work WHERE tenant_id = $1 AND kind = 'Rotation'"
        );

    private sealed class Works : IPoolWork
    {
        public PoolWorkKind Kind => PoolWorkKind.Rotation;

        /// <summary>Null: it fails.</summary>
        public TimeSpan? Next { get; set; }

        public Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct) =>
            Task.FromResult(Next ?? throw new InvalidOperationException("As it was told."));
    }
}
