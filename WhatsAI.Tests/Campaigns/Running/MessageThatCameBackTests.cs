using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Instances.Pools.Sending;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>A campaign's message that a gateway surely did not take, and its recipient.</summary>
public sealed class MessageThatCameBackTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_waits_again()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.Lane.SendAsync(result: LaneWorld.Surely(GatewayFailure.Unreachable));
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Queued 1");
        (await world.CountedAsync(campaign)).ShouldBe("Queued 1");
        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
    }

    [Fact]
    public async Task Gone_out_through_another_number_between_two_looks_it_has_gone_out()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 2, people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        var queue = world.World.NewQueue(world.World.Database);
        var claim = await world.Lane.ClaimAsync(0);
        var refused = (await queue.BeginAsync(claim, Ct))!;
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Sending 1");

        await queue.EndAsync(claim, refused, LaneWorld.Surely(GatewayFailure.RateLimited), Ct);
        (await world.SendAsync(number: 1)).ShouldNotBeNull();
        await world.World.RunAsync("UPDATE messages SET delivery = 'Delivered' WHERE tenant_id = $1 AND origin = 'Campaign'");
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Delivered 1");
        (await world.CountedAsync(campaign)).ShouldBe("Delivered 1");
        (await world.StateAsync(campaign)).ShouldBe("Completed Finished");
    }
}
