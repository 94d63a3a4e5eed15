using System.Globalization;
using System.Text.RegularExpressions;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>A turn at a pool reads a few rows, however many wait: the planner is asked, as the app role, behind the wall.</summary>
public sealed class PoolQueuePlanTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Head_of_a_pools_queue_is_a_walk_of_its_index()
    {
        var world = await LaneWorld.CreateAsync();
        await world.FeedAsync();
        await TestDatabase.FillAsync(
            """
            INSERT INTO pool_messages (id, tenant_id, pool_id, campaign_id, priority, phone, body, client_key, queued_at, not_before, attempts)
            SELECT gen_random_uuid(), $1, $2, $3, 0, '+55119' || (70000000 + i), '{"kind":"text","text":"oi"}', gen_random_uuid(), now(), now(), 0
            FROM generate_series(1, 60000) i
            """,
            world.Tenant.Value,
            world.Pool.Value,
            world.Campaign.Value
        );
        await TestDatabase.FillAsync("UPDATE pool_queues SET waiting = 60001 WHERE tenant_id = $1", world.Tenant.Value);
        await TestDatabase.FillAsync("ANALYZE pool_messages");
        var soon = DateTimeOffset.UtcNow.AddMinutes(1);
        Guid[] none = [];

        var lanes = await ExplainAsync(world, PoolQueueSql.LanesSql, [world.Tenant.Value, (Guid[])[world.Pool.Value], TimeSpan.Zero]);
        var heads = await ExplainAsync(
            world,
            PoolQueueSql.HeadsSql,
            [world.Tenant.Value, (Guid[])[world.Pool.Value], (Guid[])[world.Campaign.Value], (short[])[0], (int[])[1], soon, none]
        );
        var known = await ExplainAsync(
            world,
            PoolQueueSql.KnownSql,
            [world.Tenant.Value, world.Pool.Value, world.Campaign.Value, (short)0, soon, none, 200]
        );

        foreach (var plan in new[] { lanes, heads, known })
        {
            plan.ShouldContain("ix_pool_messages_queue");
            plan.ShouldNotContain("Seq Scan on pool_messages");
            Buffers(plan).ShouldBeLessThan(plan == known ? 1_500 : 60);
        }
    }

    /// <summary>Pages the whole statement looked at: the first line of its kind is that of the topmost node.</summary>
    private static int Buffers(string plan) =>
        Regex
            .Match(plan, @"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?")
            .Groups.Values.Skip(1)
            .Where(g => g.Success)
            .Sum(g => int.Parse(g.ValueSpan, CultureInfo.InvariantCulture));

    private async Task<string> ExplainAsync(LaneWorld world, string sql, object?[] values)
    {
        await using var transaction = await world.World.Database.BeginAsync(world.Tenant, Ct);
        await using var command = transaction.Connection.Sql("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + sql, values);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var lines = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            lines.Add(reader.GetString(0));
        }

        output.WriteLine(string.Join('\n', lines));
        return string.Join('\n', lines);
    }
}
