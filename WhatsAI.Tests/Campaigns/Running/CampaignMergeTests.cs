using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Contacts.Duplicates;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>Two people of one campaign turn out to be one.</summary>
public sealed class CampaignMergeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_that_went_out_is_the_persons_and_what_waits_of_the_other_leaves_the_queue()
    {
        await using var world = await CampaignWorld.CreateAsync();
        var (kept, other) = (await world.PersonAsync("Ana"), await world.PersonAsync("Ana"));
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        (await world.SendAsync()).ShouldNotBeNull();
        await world.TurnAsync(id);
        // Whoever of the two was written to first is merged into the other one.
        var sent = await SentAsync(world, id);
        var (stays, goes) = sent == kept ? (other, kept) : (kept, other);

        var merge = await world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(stays, goes, Ct));
        await world.TurnAsync(id);

        (await SentAsync(world, id)).ShouldBe(stays);
        (await world.StandAsync(id)).ShouldBe("Sent 1, Skipped 1");
        (await world.CountedAsync(id)).ShouldBe("Sent 1, Skipped 1");
        (await world.World.ScalarAsync<long>("SELECT count(*) FROM pool_messages WHERE tenant_id = $1")).ShouldBe(0);
        (await world.World.ScalarAsync<int>("SELECT sum(waiting)::int FROM pool_queues WHERE tenant_id = $1")).ShouldBe(0);
        (await world.StateAsync(id)).ShouldBe("Completed Finished", "nobody is waited for for ever");
        var history = await world.DoAsync<ContactCampaignQueries, IReadOnlyList<ContactCampaignRow>>(q => q.OfAsync(stays, Ct));
        history.ShouldHaveSingleItem().State.ShouldBe(RecipientState.Sent);

        // A receipt of that message is the person's, whose row it was before.
        await ReceiptAsync(world, "Read");
        await world.TurnAsync(id);
        (await StateAsync(world, id, stays)).ShouldBe("Read");

        await world.DoAsync<MergeActions>(a => a.UndoAsync(merge, Ct));
        (await StateAsync(world, id, goes)).ShouldBe("Read", "each has his own again");
        (await StateAsync(world, id, stays)).ShouldBe("Skipped");
        (await world.CountedAsync(id)).ShouldBe("Read 1, Skipped 1");
    }

    [Fact]
    public async Task Both_messages_went_out_and_each_receipt_moves_its_own()
    {
        await using var world = await CampaignWorld.CreateAsync();
        var (kept, other) = (await world.PersonAsync("Ana"), await world.PersonAsync("Ana"));
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        await world.SendAsync();
        await world.SendAsync();
        await world.TurnAsync(id);
        (await world.StandAsync(id)).ShouldBe("Sent 2");
        var message = await MessageAsync(world, id, other);

        await world.DoAsync<MergeActions, MergeId>(a => a.MergeAsync(kept, other, Ct));
        await world.World.RunAsync("UPDATE messages SET delivery = 'Delivered' WHERE tenant_id = $1 AND id = $2", message);
        await world.TurnAsync(id);

        (await StateAsync(world, id, kept)).ShouldBe("Sent");
        (await StateAsync(world, id, other)).ShouldBe("Delivered");
        (await world.CountedAsync(id)).ShouldBe("Delivered 1, Sent 1");
    }

    private static async Task<ContactId> SentAsync(CampaignWorld world, CampaignId id) =>
        new(
            (Guid)
                (
                    await world.World.ScalarAsync<object>(
                        "SELECT contact_id FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'Sent'",
                        id.Value
                    )
                )!
        );

    private static Task<string?> StateAsync(CampaignWorld world, CampaignId id, ContactId contact) =>
        world.World.ScalarAsync<string>(
            "SELECT state FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = $3",
            id.Value,
            contact.Value
        );

    private static async Task<object> MessageAsync(CampaignWorld world, CampaignId id, ContactId contact) =>
        (
            await world.World.ScalarAsync<object>(
                "SELECT message_id FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = $3",
                id.Value,
                contact.Value
            )
        )!;

    private static Task ReceiptAsync(CampaignWorld world, string delivery) =>
        world.World.RunAsync(
            "UPDATE messages SET delivery = $2 WHERE tenant_id = $1 AND origin = 'Campaign' AND delivery = 'Sent'",
            delivery
        );
}
