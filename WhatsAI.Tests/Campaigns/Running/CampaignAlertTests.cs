using System.Globalization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What the system stopped is told of; what a person did is not.</summary>
public sealed class CampaignAlertTests
{
    private static readonly CultureInfo _english = CultureInfo.GetCultureInfo("en");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaign_that_the_system_stops_is_told_of_once_and_until_it_goes_on()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        var culprit = new Culprit(SliceKind.Number, world.Lane.Number(0).ToString(), 0.5, 0.01);

        await StopAsync(world, id, CampaignCause.BadSignals, new PauseDetail(["held.failures"], culprit));
        await world.LookAsync();
        await world.LookAsync();
        var told = (await AlertsAsync(world)).ShouldHaveSingleItem();
        var words = AlertWords.Of(told, _english, TimeZoneInfo.Utc);
        await world.DoAsync<CampaignSteering>(s => s.ResumeAsync(id, Ct));
        await world.LookAsync();

        words.Title.ShouldBe("Campaign “Tabela de dezembro” was stopped (2 still to go)");
        words.Cause!.ShouldStartWith("Over 5 % of its messages failed (most of it through ");
        words.Done.ShouldBe("Nothing more of it leaves.");
        (await AlertsAsync(world)).ShouldBeEmpty();
        (await world.World.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE tenant_id = $1 AND kind = 'CampaignHeld'")).ShouldBe(1);
    }

    [Fact]
    public async Task Start_that_was_missed_asks_for_another_word_and_ends_with_the_campaign()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);

        await StopAsync(world, id, CampaignCause.Late, new PauseDetail(["held.late"]));
        await world.LookAsync();
        var words = AlertWords.Of((await AlertsAsync(world)).ShouldHaveSingleItem(), _english, TimeZoneInfo.Utc);
        await world.DoAsync<CampaignSteering>(s => s.CancelAsync(id, Ct));
        await world.LookAsync();

        (words.Done, words.Do).ShouldBe(("It did not begin.", "Let it begin now, or cancel it."));
        (await AlertsAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Person_who_pauses_is_not_told_of_it_even_where_messages_wait()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        (await world.StandAsync(id))!.ShouldContain("Queued");

        await world.DoAsync<CampaignSteering, int>(s => s.PauseAsync(id, Ct));
        await world.LookAsync();

        (await AlertsAsync(world)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Failover_that_holds_and_the_pause_that_follows_are_one_alert()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);

        await world.World.RunAsync(
            "UPDATE campaign_signals SET held_at = now(), held_why = '{held.nobody}' WHERE tenant_id = $1 AND campaign_id = $2",
            id.Value
        );
        await world.LookAsync();
        var before = (await AlertsAsync(world)).ShouldHaveSingleItem();
        await world.TurnAsync(id);
        (await world.StateAsync(id)).ShouldBe("Paused NumberFailed");
        await world.LookAsync();

        (await AlertsAsync(world)).ShouldHaveSingleItem().Id.ShouldBe(before.Id);
    }

    [Fact]
    public async Task Campaign_without_its_pool_is_told_of_too()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var id = await world.LaunchedAsync();
        await StopAsync(world, id, CampaignCause.NumberFailed, new PauseDetail(["held.pool-gone"]));
        await world.World.RunAsync("UPDATE campaigns SET pool_id = gen_random_uuid() WHERE tenant_id = $1 AND id = $2", id.Value);

        await world.LookAsync();

        var words = AlertWords.Of((await AlertsAsync(world)).ShouldHaveSingleItem(), _english, TimeZoneInfo.Utc);
        words.Cause!.ShouldStartWith("Its pool is not there any more");
    }

    private static async Task StopAsync(CampaignWorld world, CampaignId id, CampaignCause cause, PauseDetail detail)
    {
        await using var transaction = await world.World.Database.BeginAsync(world.Tenant, Ct);
        var run = (await RunSql.TakeAsync(transaction.Connection, world.Tenant, id, Ct))!;
        // One that waits for its time is what comes too late.
        var from = cause == CampaignCause.Late ? run with { State = CampaignState.Scheduled } : run;
        if (from != run)
        {
            await using var waits = transaction.Connection.Sql("UPDATE campaigns SET state = 'Scheduled' WHERE id = $1", id.Value);
            await waits.ExecuteNonQueryAsync(Ct);
        }

        (await StateSql.BecomeAsync(transaction.Connection, from, CampaignState.Paused, cause, detail, null, Ct)).ShouldBeTrue();
        await transaction.CommitAsync(Ct);
    }

    private static async Task<IReadOnlyList<AlertRow>> AlertsAsync(CampaignWorld world)
    {
        var open = await world.DoAsync<AlertQueries, IReadOnlyList<AlertRow>>(q => q.OpenAsync(new AlertFilter(), ct: Ct));
        return [.. open.Where(a => a.Kind == AlertKind.CampaignHeld)];
    }
}
