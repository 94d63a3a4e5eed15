using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;

namespace WhatsAI.Tests.Analytics;

/// <summary>Figures against episodes that were written by hand.</summary>
public sealed class ReportQueriesTests
{
    [Fact]
    public async Task Targets_are_met_by_what_came_in_time_and_missed_by_what_never_came()
    {
        var world = await ReportWorld.CreateAsync();
        var ana = ReportWorld.NewUser();
        await world.EpisodeAsync(10, waited: 5, resolved: 60, by: ana);
        await world.EpisodeAsync(20, waited: 50, resolved: 90, by: ana);
        await world.EpisodeAsync(30, resolved: 100, by: ana);
        await world.Number.RunAsync(
            """
            UPDATE episodes SET first_due_at = opened_at + interval '20 minutes', resolve_due_at = CASE WHEN first_reply_at IS NOT NULL THEN opened_at + interval '70 minutes' END
            WHERE tenant_id = $1
            """
        );
        await world.Number.RunAsync(
            """
            INSERT INTO next_replies (tenant_id, episode_id, conversation_id, instance_id, kind, by_id, asked_at, answered_at, due_at)
            SELECT tenant_id, id, conversation_id, instance_id, kind, $2, opened_at, opened_at + n * interval '10 minutes', opened_at + interval '15 minutes'
            FROM episodes, generate_series(1, 2) n WHERE tenant_id = $1 AND first_reply_at IS NOT NULL
            """,
            ana.Value
        );

        var report = await world.As().ReadAsync(ReportWorld.Day(), TestContext.Current.CancellationToken);

        (report.Now.FirstResponse.Met, report.Now.FirstResponse.Due).ShouldBe(
            (1, 3),
            "the one who was resolved too late without an answer is one of them"
        );
        (report.Now.Resolution.Met, report.Now.Resolution.Due).ShouldBe((1, 2));
        (report.Now.NextResponse.Met, report.Now.NextResponse.Due, report.Now.NextResponse.Median).ShouldBe(
            (2, 4, TimeSpan.FromMinutes(15))
        );
        report.Now.Parts[ana.Value].NextResponse.Kept.ShouldBe(0.5);
        report.Now.Parts[ana.Value].FirstResponse.Due.ShouldBe(3);
    }

    [Fact]
    public async Task Times_are_those_of_what_happened_in_the_span()
    {
        var world = await ReportWorld.CreateAsync();
        foreach (var waited in new[] { 1, 2, 3, 4, 10 })
        {
            await world.EpisodeAsync(60, waited, resolved: waited * 10);
        }

        // Asked the day before and answered in the span; opened in it and not answered; we spoke first; a group.
        await world.EpisodeAsync(-5, waited: 10);
        await world.EpisodeAsync(120);
        await world.EpisodeAsync(130, waited: 500, asked: false);
        await world.EpisodeAsync(140, waited: 500, resolved: 500, kind: "Group");
        // The day before, and the day after.
        await world.EpisodeAsync(-60, waited: 7, resolved: 30);
        await world.EpisodeAsync(24 * 60, waited: 9, resolved: 9);

        var report = await world.As().ReadAsync(ReportWorld.Day());

        report.Now.Opened.ShouldBe(7);
        report.Now.FirstResponse.ShouldBe(new Spread(6, TimeSpan.FromMinutes(3.5), TimeSpan.FromMinutes(10)));
        report.Now.Resolution.ShouldBe(new Spread(5, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(76)));
        report.Before.Opened.ShouldBe(2);
        report.Before.FirstResponse.ShouldBe(new Spread(1, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(7)));
        report.Before.Resolution.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_measured_is_not_no_time()
    {
        var world = await ReportWorld.CreateAsync();
        await world.EpisodeAsync(10);

        var now = (await world.As().ReadAsync(ReportWorld.Day())).Now;

        now.FirstResponse.ShouldBe(default);
        now.FirstResponse.Median.ShouldBeNull();
        now.Parts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Clock_of_a_phone_that_is_ahead_makes_no_time_negative()
    {
        var world = await ReportWorld.CreateAsync();
        await world.EpisodeAsync(10, waited: -1);

        (await world.As().ReadAsync(ReportWorld.Day())).Now.FirstResponse.Median.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Parts_are_who_answered_which_team_and_which_number()
    {
        var world = await ReportWorld.CreateAsync();
        var other = await ReportWorld.CreateAsync(world);
        var (ana, team) = (ReportWorld.NewUser(), Id.New<TeamId>(DateTimeOffset.UtcNow));
        await world.EpisodeAsync(10, waited: 2, resolved: 20, by: ana, team: team);
        await world.EpisodeAsync(20, waited: 4, by: ana);
        await other.EpisodeAsync(30, waited: 8);

        var agents = (await world.As().ReadAsync(ReportWorld.Day())).Now.Parts;
        var teams = (await world.As().ReadAsync(ReportWorld.Day(ReportBy.Team))).Now.Parts;
        var numbers = (await world.As().ReadAsync(ReportWorld.Day(ReportBy.Number))).Now.Parts;

        agents[ana.Value].FirstResponse.Median.ShouldBe(TimeSpan.FromMinutes(3));
        agents[ana.Value].Resolved.ShouldBe(1);
        agents[Guid.Empty].FirstResponse.Count.ShouldBe(1);
        teams[team.Value].FirstResponse.Count.ShouldBe(1);
        teams[Guid.Empty].FirstResponse.Count.ShouldBe(2);
        numbers
            .ToDictionary(n => n.Key, n => n.Value.FirstResponse.Count)
            .ShouldBe(
                new Dictionary<Guid, int> { [world.Number.Instance.Value] = 2, [other.Number.Instance.Value] = 1 },
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Filters_leave_what_was_asked_for()
    {
        var world = await ReportWorld.CreateAsync();
        var other = await ReportWorld.CreateAsync(world);
        var (ana, team) = (ReportWorld.NewUser(), Id.New<TeamId>(DateTimeOffset.UtcNow));
        await world.EpisodeAsync(10, waited: 2, resolved: 20, by: ana, team: team);
        await other.EpisodeAsync(30, waited: 8, resolved: 9);

        (await world.As().ReadAsync(ReportWorld.Day(agent: ana))).Now.Resolved.ShouldBe(1);
        (await world.As().ReadAsync(ReportWorld.Day(team: team))).Now.Opened.ShouldBe(1);
        (await world.As().ReadAsync(ReportWorld.Day(number: other.Number.Instance))).Now.FirstResponse.Median.ShouldBe(
            TimeSpan.FromMinutes(8)
        );
    }

    [Fact]
    public async Task Member_of_some_numbers_and_another_company_see_their_own_only()
    {
        var world = await ReportWorld.CreateAsync();
        var other = await ReportWorld.CreateAsync(world);
        var stranger = await ReportWorld.CreateAsync();
        await world.EpisodeAsync(10, waited: 2, resolved: 20);
        await world.Number.RunAsync(
            "INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed) VALUES ($1, $2, $3, 5, 4, 0)",
            world.Number.Instance.Value,
            ReportWorld.Start
        );

        foreach (
            var report in new[]
            {
                await world.As(Role.Manager, other.Number.Instance).ReadAsync(ReportWorld.Day()),
                await world.As(Role.Manager, other.Number.Instance).ReadAsync(ReportWorld.Day(number: world.Number.Instance)),
                await stranger.As().ReadAsync(ReportWorld.Day()),
                await stranger.As().ReadAsync(ReportWorld.Day(number: world.Number.Instance)),
            }
        )
        {
            (report.Now.Opened, report.Now.Resolved, report.Now.Received, report.Now.Sent).ShouldBe((0, 0, 0, 0));
            (report.Now.Flow.Opened.Count, report.Now.Flow.Resolved.Count, report.Now.Parts.Count).ShouldBe((0, 0, 0));
        }

        var seen = (await world.As(Role.Manager, world.Number.Instance).ReadAsync(ReportWorld.Day())).Now;
        (seen.Opened, seen.Received, seen.Sent).ShouldBe((1, 5L, 4L));
        (await world.As(Role.Manager, other.Number.Instance).NamesAsync())
            .Numbers.Select(n => n.Id)
            .ShouldBe([other.Number.Instance.Value]);
    }

    [Fact]
    public async Task Backlog_begins_with_what_was_open_then()
    {
        var world = await ReportWorld.CreateAsync();
        await world.EpisodeAsync(-600);
        await world.EpisodeAsync(-500, resolved: 700);
        await world.EpisodeAsync(-400, resolved: 100);
        await world.EpisodeAsync(31);
        await world.EpisodeAsync(50 * 24 * 60);

        var flow = (await world.As().ReadAsync(ReportWorld.Day())).Now.Flow;

        flow.OpenAtStart.ShouldBe(2);
        flow.Opened.ShouldBe(new Dictionary<long, int> { [HourFlow.QuarterOf(ReportWorld.Start.AddMinutes(31))] = 1 });
        flow.Resolved.ShouldBe(new Dictionary<long, int> { [HourFlow.QuarterOf(ReportWorld.Start.AddMinutes(200))] = 1 });
    }

    [Fact]
    public async Task Agent_may_not_read_them()
    {
        var world = await ReportWorld.CreateAsync();

        (await Should.ThrowAsync<RuleException>(() => world.As(Role.Agent).ReadAsync(ReportWorld.Day()))).Key.ShouldBe(
            "permission.missing"
        );
        (await Should.ThrowAsync<RuleException>(() => world.As(Role.Agent).NamesAsync())).Key.ShouldBe("permission.missing");
    }
}
