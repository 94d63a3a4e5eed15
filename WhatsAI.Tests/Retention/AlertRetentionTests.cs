using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Instances.Pools.Alerts;

namespace WhatsAI.Tests.Retention;

public sealed class AlertRetentionTests
{
    [Fact]
    public async Task Alerts_go_some_time_after_they_are_over_with_what_was_told_of_them_and_open_ones_stay()
    {
        var world = await AlertWorld.CreateAsync();
        var channel = await world.AddChannelAsync(AlertChannelKind.Email, "plantao@aurora.example");
        await AddAsync("Banned", raised: 500, over: 366, count: 3);
        await AddAsync("Flapping", raised: 500, over: 364);
        await AddAsync("LoggedOut", raised: 900, over: null);

        var kept = await world.First.RunAsync(new AlertRetention(), new RetentionOptions { AlertDays = 0 });
        var removed = await world.First.RunAsync(new AlertRetention(), new RetentionOptions { StepPause = TimeSpan.Zero, StepRows = 2 });

        kept.ShouldBeEmpty();
        removed.ShouldBe(new Dictionary<string, long> { ["alerts"] = 3 });
        ((await world.KindsAsync()).Single(), (await world.KindsAsync(open: false)).Single()).ShouldBe(("LoggedOut", "Flapping"));
        (await world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1")).ShouldBe(2);

        Task AddAsync(string kind, int raised, int? over, int count = 1) =>
            world.First.RunAsync(
                """
                WITH told AS (
                    INSERT INTO alerts (id, tenant_id, kind, subject, level, instance_id, raised_at, cleared_at)
                    SELECT gen_random_uuid(), $1, $7, $2, 'Critical', $2, now() - make_interval(days => $4),
                        CASE WHEN $5 >= 0 THEN now() - make_interval(days => $5) END FROM generate_series(1, $6) RETURNING id
                )
                INSERT INTO alert_deliveries (id, tenant_id, alert_id, channel_id, due_at, attempts, is_doubtful, delivered_at)
                SELECT gen_random_uuid(), $1, id, $3, now(), 1, false, now() FROM told
                """,
                world.Number.Value,
                channel.Value,
                raised,
                over ?? -1,
                count,
                kind
            );
    }
}
