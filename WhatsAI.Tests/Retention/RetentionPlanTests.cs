using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Retention;

/// <summary>No step reads a whole table, however large it is: the planner is asked, as the app role, behind the wall.</summary>
public sealed class RetentionPlanTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journal_is_walked_by_its_index_also_when_it_is_large()
    {
        var world = await MessagingWorld.CreateAsync();
        var busy = await MessagingWorld.CreateAsync(world.Tenant);
        await world.RunAsync(
            """
            INSERT INTO journal (tenant_id, instance_id, received_at, body, done_at)
            SELECT $1, CASE WHEN i % 20 = 0 THEN $2 ELSE $3 END, now() - interval '60 days' + i * interval '1 minute', '{}', now()
            FROM generate_series(1, 30000) i
            """,
            world.Instance.Value,
            busy.Instance.Value
        );
        await world.RunAsync("ANALYZE journal");

        var plan = await ExplainAsync(world, JournalRetention.Walk.StepSql, Step(world, 0L));

        // The queue beside it is a table of few rows.
        plan.ShouldNotMatch(@"Seq Scan on journal\b");
        plan.ShouldContain("ix_journal_tenant_id_instance_id_id");
    }

    public static TheoryData<string> Walks =>
        ["journal", "connection_log", "waiting_receipts", "waiting_changes", "held_echoes", "pace_days"];

    /// <summary>Small tables are read whole, rightly; told not to, the planner must have an index to take.</summary>
    [Theory]
    [MemberData(nameof(Walks))]
    public async Task Walk_has_an_index_for_every_step(string table)
    {
        InstanceWalk[] all =
        [
            JournalRetention.Walk,
            ConnectionLogRetention.Walk,
            WaitingRetention.Receipts,
            WaitingRetention.Changes,
            EchoRetention.Walk,
            PaceDayRetention.Walk,
        ];
        var walk = all.Single(w => w.Table == table);
        var world = await MessagingWorld.CreateAsync();

        (await ExplainAsync(world, walk.StepSql, Step(world, walk.First), onlyIndexes: true)).ShouldNotMatch($@"Seq Scan on {table}\b");
        (await ExplainAsync(world, walk.NextInstanceSql, [world.Tenant.Value, Guid.Empty], onlyIndexes: true)).ShouldNotContain("Seq Scan");
    }

    [Fact]
    public async Task Files_and_addresses_are_walked_by_an_index()
    {
        var world = await MessagingWorld.CreateAsync();
        object?[] media = [world.Tenant.Value, Guid.Empty, 500, 7];

        (await ExplainAsync(world, MediaRetention.ExpireSql, media, onlyIndexes: true)).ShouldNotContain("Seq Scan");
        (await ExplainAsync(world, MediaRetention.RemoveSql, media, onlyIndexes: true)).ShouldNotContain("Seq Scan");
        (await ExplainAsync(world, RouteRetention.StepSql, ["", 500, TimeSpan.FromDays(30)], onlyIndexes: true)).ShouldNotContain(
            "Seq Scan"
        );
        var names = new object?[] { world.Tenant.Value, new[] { new string('a', 64) } };
        (await ExplainAsync(world, MediaFileRetention.NamedSql, names, onlyIndexes: true)).ShouldNotContain("Seq Scan");
    }

    [Fact]
    public async Task Alerts_that_are_over_are_walked_by_an_index()
    {
        var world = await MessagingWorld.CreateAsync();

        var plan = await ExplainAsync(world, AlertRetention.StepSql, [world.Tenant.Value, 365, 500], onlyIndexes: true);

        plan.ShouldContain("ix_alerts_history");
        plan.ShouldNotContain("Seq Scan");
    }

    private static object?[] Step(MessagingWorld world, object first) =>
        [world.Tenant.Value, world.Instance.Value, first, 500, InstanceWalk.Days(30), InstanceWalk.Days(180), 30];

    private async Task<string> ExplainAsync(MessagingWorld world, string sql, object?[] values, bool onlyIndexes = false)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        if (onlyIndexes)
        {
            await using var setting = transaction.Connection.Sql("SET LOCAL enable_seqscan = off");
            await setting.ExecuteNonQueryAsync(Ct);
        }

        await using var command = transaction.Connection.Sql("EXPLAIN (COSTS OFF) " + sql, values);
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
