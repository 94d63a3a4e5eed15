using System.Text.Json.Nodes;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Health;

/// <summary>Signals are kept with their events, and a look makes a finding of them.</summary>
public sealed class WatchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Confirmed_message_counts_once_and_wakes_nobody()
    {
        var world = await MessagingWorld.CreateAsync();
        var id = await SendAsync(world, "5511977770001");
        await NotDueAsync(world);

        await world.DeliverAsync(Hook.Receipt(id, "DELIVERY_ACK"));
        await world.DeliverAsync(Hook.Receipt(id, "READ"));

        var watch = await WatchAsync(world);
        (watch.RecentSent.Level, watch.AckedAt is not null).ShouldBe((1d, true));
        (await IsDueAsync(world)).ShouldBeFalse();
        (await world.ScalarAsync<int>("SELECT ack_ms FROM instance_statuses WHERE tenant_id = $1")).ShouldBeInRange(0, 60_000);
    }

    [Fact]
    public async Task Message_that_WhatsApp_refuses_later_is_a_failure_that_asks_for_a_look()
    {
        var world = await MessagingWorld.CreateAsync();
        var id = await SendAsync(world, "5511977770001");
        await NotDueAsync(world);

        await world.DeliverAsync(Hook.Receipt(id, "ERROR"));

        (await WatchAsync(world)).RecentFailed.Level.ShouldBe(1d);
        (await IsDueAsync(world)).ShouldBeTrue();
    }

    [Fact]
    public async Task Refusal_with_a_code_of_WhatsApp_says_what_the_number_is()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync(
            "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', gateway_seen_at = now() WHERE tenant_id = $1"
        );
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        await LedgerSteps.ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, Ct);
        await NotDueAsync(world);

        await world.Queue.EndAsync(
            claim,
            attempt!,
            new AttemptResult.NotTaken(GatewayFailure.Rejected, true, null, ErrorCode.NoNewChats),
            Ct
        );

        (await IsDueAsync(world)).ShouldBeTrue();
        (await LookAsync(world)).Finding.ShouldSatisfyAllConditions(
            f => f.Verdict.ShouldBe(Verdict.Restricted),
            f => f.Cause.ShouldBe("error.ban")
        );
    }

    [Fact]
    public async Task Six_people_whose_messages_nobody_confirms_are_a_gap_and_six_lines_to_one_are_not()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync(
            "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', gateway_seen_at = now() WHERE tenant_id = $1"
        );
        (await LookAsync(world)).Finding.Verdict.ShouldBe(Verdict.Healthy);
        await world.RunAsync("UPDATE watch_states SET acks_counted_to = now() - interval '1 hour' WHERE tenant_id = $1");
        for (var i = 0; i < 7; i++)
        {
            await SendAsync(world, "5511977770001", $"linha {i}");
        }

        await PassAsync(world);
        (await LookAsync(world)).Finding.Verdict.ShouldBe(Verdict.Healthy, "one phone is off");
        for (var i = 2; i < 7; i++)
        {
            await SendAsync(world, $"551197777000{i}");
        }

        (await LookAsync(world)).Next!.Value.ShouldBeInRange(TimeSpan.FromSeconds(60), WatchRules.AckPatience);
        await PassAsync(world);
        var gap = await LookAsync(world);

        (gap.Finding.Verdict, gap.Finding.Cause, gap.Finding.InboundOnly, gap.IsNews).ShouldBe((Verdict.Restricted, "ack-gap", true, true));
        (await LookAsync(world)).ShouldSatisfyAllConditions(l => l.Finding.Cause.ShouldBe("ack-gap"), l => l.IsNews.ShouldBeFalse());
        var last = await SendAsync(world, "5511977770009");
        await NotDueAsync(world);
        await world.DeliverAsync(Hook.Receipt(last, "DELIVERY_ACK"));
        (await IsDueAsync(world)).ShouldBeTrue("it may be well again");
        (await LookAsync(world)).Finding.Verdict.ShouldBe(Verdict.Healthy);
    }

    [Theory]
    [InlineData(403, Verdict.Banned, "closed.403")]
    [InlineData(401, Verdict.LoggedOut, "closed.401")]
    public async Task Close_that_ends_the_session_is_found_and_asks_for_a_look(int code, Verdict verdict, string cause)
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync(
            "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', state_since = now() - interval '1 day' WHERE tenant_id = $1"
        );
        await NotDueAsync(world);

        await world.DeliverAsync(Close(code));

        (await IsDueAsync(world)).ShouldBeTrue();
        var looked = await LookAsync(world);
        (looked.Finding.Verdict, looked.Finding.Cause).ShouldBe((verdict, cause));
        (await world.ScalarAsync<string>("SELECT verdict FROM watch_states WHERE tenant_id = $1")).ShouldBe(verdict.ToString());
        (await world.ScalarAsync<int>("SELECT jsonb_array_length(layers) FROM watch_states WHERE tenant_id = $1")).ShouldBe(6);
    }

    [Fact]
    public async Task Ups_and_downs_without_end_are_flapping()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.RunAsync(
            "UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', state_since = now() - interval '1 day' WHERE tenant_id = $1"
        );
        for (var i = 0; i < 5; i++)
        {
            await world.DeliverAsync(State("connecting"), State("open"));
        }

        (await LookAsync(world)).Finding.Verdict.ShouldBe(Verdict.Flapping);
    }

    [Fact]
    public async Task Signal_that_comes_while_a_number_is_looked_at_is_looked_at_too()
    {
        var world = await MessagingWorld.CreateAsync();
        await NotDueAsync(world);
        await world.RunAsync("UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Watch'");
        var claim = (await ClaimAsync(world))!;
        var mine = await WatchDue.BeginAsync(world.Database, claim, Ct);

        await world.RunAsync("UPDATE work_list SET due_at = least(due_at, now()) WHERE tenant_id = $1 AND kind = 'Watch'");
        await WatchDue.GiveBackAsync(world.Database, claim, mine, TimeSpan.FromMinutes(2), Ct);

        (await IsDueAsync(world)).ShouldBeTrue();
        var again = (await ClaimAsync(world))!;
        mine = await WatchDue.BeginAsync(world.Database, again, Ct);
        await WatchDue.GiveBackAsync(world.Database, again, mine, TimeSpan.FromMinutes(2), Ct);
        (await IsDueAsync(world)).ShouldBeFalse();
    }

    private static async Task<Infrastructure.Messaging.WorkClaim?> ClaimAsync(MessagingWorld world)
    {
        for (var i = 0; i < 50; i++)
        {
            var claims = await world.Work.ClaimAsync(Infrastructure.Messaging.WorkKind.Watch, 1000, Ct);
            if (claims.FirstOrDefault(c => c.Instance == world.Instance) is { } mine)
            {
                return mine;
            }
        }

        return null;
    }

    private static async Task<Looked> LookAsync(MessagingWorld world)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        var looked = await NumberLook.TakeAsync(
            transaction.Connection,
            world.Tenant,
            world.Instance,
            new TrafficHabits(TimeProvider.System),
            Ct
        );
        await transaction.CommitAsync(Ct);
        return looked!;
    }

    private static async Task<WatchState> WatchAsync(MessagingWorld world)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        return await WatchSql.LockAsync(transaction.Connection, world.Tenant, world.Instance, Ct);
    }

    /// <summary>Sends an answer to somebody who wrote; its id at WhatsApp.</summary>
    private static async Task<string> SendAsync(MessagingWorld world, string phone, string text = "bom dia")
    {
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), $"{phone}@s.whatsapp.net", alt: null));
        var conversation = await world.ScalarAsync<Guid>(
            "SELECT c.id FROM conversations c JOIN contact_identities i ON i.contact_id = c.contact_id WHERE c.tenant_id = $1 AND i.value LIKE '%' || $2",
            phone[^8..]
        );
        await world.Outbox.QueueAsync(
            world.Tenant,
            new OutgoingMessage(new ConversationId(conversation), new TextBody(text), MessageOrigin.Agent, Lane.Reply),
            Ct
        );
        var claim = await world.ClaimOutboundAsync();
        var attempt = (await world.Queue.BeginAsync(claim, Ct))!;
        var id = Hook.NewId();
        await world.Queue.EndAsync(claim, attempt, new AttemptResult.Taken(new SentMessage(id, attempt.To, null)), Ct);
        await world.Queue.BeginAsync(claim, Ct);
        return id;
    }

    private static Task PassAsync(MessagingWorld world) =>
        world.RunAsync(
            "UPDATE messages SET attempted_at = attempted_at - interval '3 minutes' WHERE tenant_id = $1 AND attempted_at > now() - interval '1 minute'"
        );

    private static Task NotDueAsync(MessagingWorld world) =>
        world.RunAsync("UPDATE work_list SET due_at = now() + interval '1 hour' WHERE tenant_id = $1 AND kind = 'Watch'");

    private static async Task<bool> IsDueAsync(MessagingWorld world) =>
        await world.ScalarAsync<bool>("SELECT due_at <= now() FROM work_list WHERE tenant_id = $1 AND kind = 'Watch'");

    private static JsonObject State(string state) =>
        new()
        {
            ["event"] = "connection.update",
            ["instance"] = "x",
            ["data"] = new JsonObject
            {
                ["instance"] = "x",
                ["state"] = state,
                ["statusReason"] = 200,
            },
        };

    private static JsonObject Close(int code)
    {
        var body = State("close");
        body["data"]!["statusReason"] = code;
        return body;
    }
}
