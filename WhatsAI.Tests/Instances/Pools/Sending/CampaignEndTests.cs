using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Messaging;
using static WhatsAI.Tests.Instances.Pools.Sending.LaneWorld;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>What becomes of a campaign's message that the gateway did not take, and of what people think of it.</summary>
public sealed class CampaignEndTests
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GatewayFailure.Unreachable)]
    [InlineData(GatewayFailure.NotConnected)]
    [InlineData(GatewayFailure.Unauthorized)]
    [InlineData(GatewayFailure.UnknownInstance)]
    [InlineData(GatewayFailure.RateLimited)]
    public async Task What_surely_did_not_go_out_goes_back_to_its_place_and_out_through_another_number(GatewayFailure failure)
    {
        var world = await CreateAsync(MemberRole.Active, MemberRole.Active);
        await world.FeedAsync(2);
        await world.World.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1");

        var first = await world.SendAsync(0, result: Surely(failure));
        var (waiting, ledger, pace, signals) = (
            await world.WaitingAsync(),
            await world.LedgerAsync(),
            await world.PaceAsync(),
            await world.SignalsAsync()
        );
        var (resting, woken) = (await world.DueInAsync(0), await world.DueInAsync(1));
        var second = await world.SendAsync(1);

        (first, second).ShouldBe(("oferta 1", "oferta 1"));
        (waiting, ledger, pace, signals).ShouldBe((2, "", "0 0 0", "0 0 0 0 0"));
        resting.ShouldNotBeNull();
        woken.ShouldNotBeNull("it had seen an empty queue");
        (await world.LedgerAsync()).ShouldBe("oferta 1: Sent");
        (await world.World.OneAsync<object>("SELECT attempts::int FROM messages WHERE tenant_id = $1")).ShouldBe(2);
        (await world.World.OneAsync<object>("SELECT sum(sent) FROM instance_hours WHERE tenant_id = $1")).ShouldBe(1L);
        (await world.World.CountAsync("conversation_heads")).ShouldBe(1, "only where it went out");
        await world.World.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Interval_of_an_attempt_that_did_not_go_out_stays()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        await world.SendAsync(result: Surely(GatewayFailure.Unreachable));

        (await world.SendAsync(ahead: TimeSpan.FromSeconds(19))).ShouldBeNull();
        (await world.SendAsync(ahead: _minute)).ShouldBe("oferta 1");
    }

    [Fact]
    public async Task What_is_in_doubt_stays_counted_and_is_never_repeated()
    {
        var world = await CreateAsync(MemberRole.Active, MemberRole.Active);
        await world.FeedAsync();

        await world.SendAsync(0, result: new AttemptResult.NotTaken(GatewayFailure.TimedOut, SurelyNotSent: false, null));

        (await world.LedgerAsync()).ShouldBe("oferta 1: Unconfirmed unconfirmed.timed-out");
        (await world.SendAsync(1, _minute)).ShouldBeNull();
        (await world.SendAsync(0, _minute)).ShouldBeNull();
        (await world.WaitingAsync(), await world.PaceAsync(), await world.SignalsAsync()).ShouldBe((0, "1 1 1", "1 0 0 0 0"));
        (await world.World.OneAsync<string>("SELECT last_delivery FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("Unconfirmed");
        (
            await world.World.OneAsync<object>(
                "SELECT due_at IS NOT NULL FROM work_list WHERE kind = 'Settle' AND tenant_id = $1 AND instance_id = $2",
                world.Number(0).Value
            )
        ).ShouldBe(true);
    }

    [Fact]
    public async Task Attempt_whose_copy_died_is_in_doubt_and_nobody_sends_it_again()
    {
        var world = await CreateAsync();
        await world.FeedAsync(2);
        var dead = await world.ClaimAsync(0);
        var attempt = await world.World.Queue.BeginAsync(dead, Ct);

        var next = await world.SendAsync(ahead: _minute);
        var late = await world.World.Queue.EndAsync(dead, attempt!, Surely(GatewayFailure.Unreachable), Ct);

        (next, late).ShouldBe(("oferta 2", false));
        (await world.LedgerAsync()).ShouldBe("oferta 1: Unconfirmed unconfirmed.interrupted, oferta 2: Sent");
        (await world.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_lies_in_the_message_fails_and_is_counted_for_its_campaign()
    {
        var world = await CreateAsync();
        await world.FeedAsync();

        await world.SendAsync(result: Surely(GatewayFailure.NumberNotOnWhatsApp));

        (await world.LedgerAsync()).ShouldBe("oferta 1: Failed failed.number-not-on-whats-app");
        (await world.SignalsAsync(), await world.PaceAsync(), await world.WaitingAsync()).ShouldBe(("1 1 0 0 0", "0 0 0", 0));
    }

    [Fact]
    public async Task Message_whose_pool_is_gone_fails_visibly()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        var claim = await world.ClaimAsync(0);
        var attempt = await world.World.Queue.BeginAsync(claim, Ct);
        await world.World.RunAsync("DELETE FROM pools WHERE tenant_id = $1");

        await world.World.Queue.EndAsync(claim, attempt!, Surely(GatewayFailure.Unreachable), Ct);

        (await world.LedgerAsync()).ShouldBe("oferta 1: Failed failed.unreachable");
    }

    [Fact]
    public async Task Pool_at_which_messages_wait_is_not_deleted()
    {
        var world = await CreateAsync();
        await world.FeedAsync();

        await Should.ThrowAsync<Npgsql.PostgresException>(() => world.World.RunAsync("DELETE FROM pools WHERE tenant_id = $1"));
    }

    [Fact]
    public async Task Opt_out_counts_once_for_the_campaign_that_wrote_last()
    {
        var world = await CreateAsync();
        await world.FeedAsync(campaign: new CampaignId(Guid.NewGuid()));
        await world.SendAsync();
        var contact = (Guid)(await world.World.OneAsync<object>("SELECT id FROM contacts WHERE tenant_id = $1"))!;
        await world.FeedAsync(to: new(contact));
        await world.SendAsync(ahead: _minute);

        await world.World.DeliverAsync(Hook.Text("sair", Hook.NewId(), "5511977000001@s.whatsapp.net", null));
        await world.World.DeliverAsync(Hook.Text("parar", Hook.NewId(), "5511977000001@s.whatsapp.net", null));
        // Won back by somebody, he says it once more.
        await world.World.RunAsync("DELETE FROM suppressions WHERE tenant_id = $1");
        await world.World.RunAsync("UPDATE contacts SET consent = 'OptedIn' WHERE tenant_id = $1");
        await world.World.DeliverAsync(Hook.Text("sair", Hook.NewId(), "5511977000001@s.whatsapp.net", null));

        (await world.World.OneAsync<string>("SELECT consent FROM contacts WHERE tenant_id = $1")).ShouldBe("OptedOut");
        (await world.SignalsAsync()).ShouldBe("1 0 0 1 0");
        (await world.World.OneAsync<object>("SELECT sum(opted_out) FROM campaign_signals WHERE tenant_id = $1")).ShouldBe(1L);
    }

    [Fact]
    public async Task Block_counts_once_for_the_campaign_that_wrote_last()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        await world.SendAsync();
        var conversation = await world.World.ConversationAsync();

        for (var i = 0; i < 2; i++)
        {
            await using var transaction = await Infrastructure.Persistence.TenantSql.BeginAsync(world.World.Database, world.Tenant, Ct);
            await Infrastructure.Instances.Pools.Sending.CampaignSql.BlockedAsync(transaction.Connection, world.Tenant, conversation, Ct);
            await transaction.CommitAsync(Ct);
        }

        (await world.SignalsAsync()).ShouldBe("1 0 0 0 1");
    }

    [Theory]
    [InlineData(GatewayFailure.Rejected, true, typeof(AfterFailure.Fail))]
    [InlineData(GatewayFailure.NotSupported, true, typeof(AfterFailure.Fail))]
    [InlineData(GatewayFailure.LicenceRequired, true, typeof(AfterFailure.Wait))]
    [InlineData(GatewayFailure.Unclear, false, typeof(AfterFailure.Doubt))]
    [InlineData(GatewayFailure.Unreachable, false, typeof(AfterFailure.Doubt))]
    public void Failure_says_whether_another_number_may_try(GatewayFailure failure, bool surely, Type after) =>
        LedgerRules.AfterCampaign(failure, surely, null, 1).ShouldBeOfType(after);
}
