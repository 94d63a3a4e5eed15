using WhatsAI.Infrastructure.Instances.Pools.Work;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Tests.Instances.Pools.Work;

/// <summary>Plays a pool's work at moments of the test's choosing.</summary>
internal static class PoolDays
{
    public static Task<TimeSpan> RotateAsync(this PoolWorld world, DateTimeOffset now) =>
        new RotationWork(world.First.Database, new EventHub()).RunAsync(world.Turn(PoolWorkKind.Rotation, now), Ct);

    public static Task<TimeSpan> WarmUpAsync(this PoolWorld world, DateTimeOffset now) =>
        new WarmUpWork(world.First.Database, new EventHub()).RunAsync(world.Turn(PoolWorkKind.WarmUp, now), Ct);

    public static Task<TimeSpan> CloseDayAsync(this PoolWorld world, DateTimeOffset now) =>
        new DailyWork(world.First.Database, new EventHub()).RunAsync(world.Turn(PoolWorkKind.Daily, now), Ct);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static PoolTurn Turn(this PoolWorld world, PoolWorkKind kind, DateTimeOffset now) =>
        new(kind, world.Tenant, world.Pool, now, now + PoolWorkList.Again);
}
