using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Persistence;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Work;

/// <summary>A row for each number and day of the company's calendar, whatever the clocks did and however late it is written.</summary>
public sealed class DailyWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Day_is_closed_once_after_it_ended_with_what_was_sent_and_allowed()
    {
        var world = await WorldAsync("America/Sao_Paulo", "2027-01-09");
        await SentAsync(world, At("2027-01-10 22:00", SaoPaulo), SaoPaulo, 3);
        await world.First.RunAsync(
            """
            INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed) VALUES
            ($1, $2, '2027-01-10 02:00Z', 100, 100, 100), ($1, $2, '2027-01-10 03:00Z', 1, 2, 3), ($1, $2, '2027-01-11 02:00Z', 10, 20, 30),
            ($1, $2, '2027-01-11 03:00Z', 500, 500, 500)
            """,
            world.First.Instance.Value
        );

        await world.CloseDayAsync(At("2027-01-10 23:59", SaoPaulo));
        (await DaysAsync(world)).ShouldBe(["2027-01-09 0 of 600/20 out 100 in 100 failed 100"]);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.CloseDayAsync(At("2027-01-11 00:02", SaoPaulo))));

        (await DaysAsync(world)).ShouldBe([
            "2027-01-09 0 of 600/20 out 100 in 100 failed 100",
            "2027-01-10 3 of 600/20 out 22 in 11 failed 33",
        ]);
    }

    [Fact]
    public async Task Counts_that_a_send_after_midnight_overwrote_are_there_all_the_same()
    {
        var world = await WorldAsync("America/Sao_Paulo", "2027-01-10");
        await SentAsync(world, At("2027-01-10 22:00", SaoPaulo), SaoPaulo, 3);
        await SentAsync(world, At("2027-01-11 00:00:01", SaoPaulo), SaoPaulo, 1);

        await world.CloseDayAsync(At("2027-01-11 00:02", SaoPaulo));

        (await DaysAsync(world)).ShouldBe(["2027-01-10 3 of 600/20 out 0 in 0 failed 0"]);
    }

    [Fact]
    public async Task Console_that_was_down_for_three_days_closes_them_all_with_what_was_counted_before()
    {
        var world = await WorldAsync("America/Sao_Paulo", "2027-01-10");
        await SentAsync(world, At("2027-01-10 12:00", SaoPaulo), SaoPaulo, 2);

        await world.CloseDayAsync(At("2027-01-13 15:00", SaoPaulo));
        await world.CloseDayAsync(At("2027-01-13 16:00", SaoPaulo));

        (await DaysAsync(world)).ShouldBe([
            "2027-01-10 2 of 600/20 out 0 in 0 failed 0",
            "2027-01-11 0 of 600/20 out 0 in 0 failed 0",
            "2027-01-12 0 of 600/20 out 0 in 0 failed 0",
        ]);
    }

    [Theory]
    // 23 hours, clocks forward at two; 25 hours, clocks back at two.
    [InlineData("America/New_York", "2026-03-08", "2026-03-08 05:00Z", "2026-03-09 03:00Z", "2026-03-09 04:02Z")]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01 04:00Z", "2026-11-02 04:00Z", "2026-11-02 05:02Z")]
    // Midnight itself is skipped.
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06 04:00Z", "2026-09-07 02:00Z", "2026-09-07 03:02Z")]
    public async Task Day_with_another_number_of_hours_is_one_day(string zone, string day, string first, string last, string due)
    {
        var world = await WorldAsync(zone, day);
        await world.First.RunAsync(
            """
            INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed)
            SELECT $1, $2, h, 0, CASE WHEN h BETWEEN $3::timestamptz AND $4::timestamptz THEN 1 ELSE 1000 END, 0
            FROM generate_series($3::timestamptz - interval '3 hours', $4::timestamptz + interval '3 hours', interval '1 hour') h
            """,
            world.First.Instance.Value,
            first,
            last
        );
        var ends = DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture);

        (await world.CloseDayAsync(ends.AddMinutes(-12))).ShouldBe(TimeSpan.FromMinutes(12));
        (await DaysAsync(world)).ShouldBeEmpty();
        await world.CloseDayAsync(ends);

        var hours =
            (
                DateTimeOffset.Parse(last, System.Globalization.CultureInfo.InvariantCulture)
                - DateTimeOffset.Parse(first, System.Globalization.CultureInfo.InvariantCulture)
            ).TotalHours + 1;
        (await DaysAsync(world)).ShouldBe([$"{day} 0 of 600/20 out {hours} in 0 failed 0"]);
    }

    [Fact]
    public async Task Numbers_that_send_are_looked_at_again_for_the_new_days_capacity()
    {
        var world = await WorldAsync("America/Sao_Paulo", "2027-01-10");
        await world.First.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1");

        await world.CloseDayAsync(At("2027-01-11 00:02", SaoPaulo));

        (
            await world.First.ScalarAsync<bool>("SELECT due_at <= now() FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'")
        ).ShouldBeTrue();
    }

    private static async Task<PoolWorld> WorldAsync(string zone, string since)
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        await world.First.RunAsync("UPDATE tenants SET time_zone = $2 WHERE id = $1", zone);
        await world.First.RunAsync(
            "UPDATE pool_members SET role_since = ($2::date + time '12:00') AT TIME ZONE $3 WHERE tenant_id = $1",
            since,
            zone
        );
        await world.First.RunAsync(
            """
            INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
            VALUES ($1, $2, $3::date, '-infinity', 0, 0, '-infinity', 0, 0)
            """,
            world.First.Instance.Value,
            since
        );
        return world;
    }

    /// <summary>As a send does it.</summary>
    private static async Task SentAsync(PoolWorld world, DateTimeOffset at, TimeZoneInfo zone, int count)
    {
        await using var transaction = await world.First.Database.BeginAsync(world.Tenant, Ct);
        for (var i = 0; i < count; i++)
        {
            var state = (await PaceSql.LockAsync(transaction.Connection, world.Tenant, world.First.Instance, Ct))!;
            var open = new PacePolicy
            {
                Window = new SendingWindow([.. Enum.GetValues<DayOfWeek>().Select(d => new Core.Common.OpenSpan(d, 0, 24 * 60))]),
            };
            var taken = Pacing.Take(state, open, Reach.Known, at.AddMinutes(i * 5), zone, new Random(1));
            taken.Decision.ShouldBeOfType<PaceDecision.Now>();
            await PaceSql.WriteAsync(transaction.Connection, world.Tenant, world.First.Instance, taken.State, Ct);
        }

        await transaction.CommitAsync(Ct);
    }

    private static async Task<string[]> DaysAsync(PoolWorld world) =>
        await world.First.ScalarAsync<string[]>(
            """
            SELECT array_agg(format('%s %s of %s/%s out %s in %s failed %s', day, sent, cap, ramp, outgoing, received, failed) ORDER BY day)
            FROM pace_days WHERE tenant_id = $1
            """
        ) ?? [];
}
