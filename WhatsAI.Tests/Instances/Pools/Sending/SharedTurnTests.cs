using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>Numbers that send at once share transactions; each keeps what one alone is promised.</summary>
public sealed class SharedTurnTests
{
    private const int Numbers = 8;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_that_begin_at_once_share_a_transaction_and_each_is_counted_once()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers + 3);
        var queue = world.World.NewQueue(world.World.Database);

        var begun = await TogetherAsync(
            world,
            queue,
            await ClaimAllAsync(world),
            "SELECT 1 FROM campaign_signals WHERE tenant_id = $1 FOR UPDATE"
        );

        begun.Select(a => a!.Message).Distinct().Count().ShouldBe(Numbers);
        (await world.World.OneAsync<long>("SELECT count(DISTINCT attempted_at) FROM messages WHERE tenant_id = $1")).ShouldBe(2);
        (await world.World.OneAsync<long>("SELECT sum(sent) FROM instance_hours WHERE tenant_id = $1")).ShouldBe(Numbers);
        (
            await world.World.OneAsync<string>(
                "SELECT string_agg(DISTINCT concat(sent_today, strangers_today, sent_this_hour), ' ') FROM pace_states WHERE tenant_id = $1"
            )
        ).ShouldBe("111");
        (await world.WaitingAsync(), await world.World.CountAsync("pool_messages"), await world.SignalsAsync()).ShouldBe(
            (3, 3, $"{Numbers} 0 0 0 0")
        );
    }

    [Fact]
    public async Task Numbers_that_end_at_once_share_a_transaction_and_rest_until_their_pace_allows_the_next()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers * 2);
        var queue = world.World.NewQueue(world.World.Database);
        var begun = await BeginAllAsync(world, queue);
        // One receipt came before its message was known.
        await world.World.RunAsync(
            "INSERT INTO waiting_receipts (tenant_id, instance_id, provider_id, delivery, at) VALUES ($1, $2, 'ID0', 'Delivered', now())",
            world.Number(0).Value
        );

        var held = await Task.WhenAll(begun.Select((b, i) => queue.EndAsync(b.Claim, b.Attempt!, LedgerSteps.Taken($"ID{i}"), Ct)));

        held.ShouldAllBe(h => !h);
        for (var i = 0; i < Numbers; i++)
        {
            (await world.DueInAsync(i))!.Value.ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
        }

        (
            await world.World.OneAsync<string>(
                "SELECT string_agg(n, ', ' ORDER BY n) FROM (SELECT concat(delivery, ' ', count(*)) AS n FROM messages WHERE tenant_id = $1 GROUP BY delivery) d"
            )
        ).ShouldBe($"Delivered 1, Sent {Numbers - 1}");
        (
            await world.World.OneAsync<long>(
                "SELECT count(*) FROM conversation_heads h JOIN messages m ON m.id = h.last_message_id AND m.delivery = h.last_delivery WHERE h.tenant_id = $1"
            )
        ).ShouldBe(Numbers);
        (
            await world.World.OneAsync<long>(
                "SELECT count(*) FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound' AND lease_until IS NOT NULL"
            )
        ).ShouldBe(0);
        await world.World.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Number_whose_row_somebody_has_in_hand_keeps_nobody_else_waiting()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers);
        var queue = world.World.NewQueue(world.World.Database);
        var claims = await ClaimAllAsync(world);
        await using var other = await world.World.Database.BeginAsync(world.Tenant, Ct);
        await LockAsync(other.Connection, "Outbound", world.Number(0));

        var first = queue.BeginAsync(claims[0], Ct);
        var rest = await Task.WhenAll(claims.Skip(1).Select(c => queue.BeginAsync(c, Ct)));
        var waits = !first.IsCompleted;
        await other.CommitAsync(Ct);

        rest.ShouldAllBe(a => a != null);
        waits.ShouldBeTrue();
        (await first).ShouldNotBeNull();
    }

    [Fact]
    public async Task Number_whose_events_are_being_stored_keeps_nobody_elses_end_waiting()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers);
        var queue = world.World.NewQueue(world.World.Database);
        var begun = await BeginAllAsync(world, queue);
        await using var other = await world.World.Database.BeginAsync(world.Tenant, Ct);
        await LockAsync(other.Connection, "Inbound", world.Number(0));

        var ends = begun.Select(b => queue.EndAsync(b.Claim, b.Attempt!, LedgerSteps.Taken(Hook.NewId()), Ct)).ToList();
        await Task.WhenAll(ends.Skip(1));
        var waits = !ends[0].IsCompleted;
        await other.CommitAsync(Ct);
        await ends[0];

        waits.ShouldBeTrue();
        (await world.World.OneAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND delivery = 'Sent'")).ShouldBe(Numbers);
    }

    [Fact]
    public async Task Campaign_that_is_held_while_its_messages_are_taken_begins_none()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers);
        var queue = world.World.NewQueue(world.World.Database);
        var claims = await ClaimAllAsync(world);

        var begun = await TogetherAsync(world, queue, claims, "UPDATE campaign_signals SET held_at = now() WHERE tenant_id = $1");

        begun.ShouldAllBe(a => a == null);
        (await world.LedgerAsync(), await world.WaitingAsync(), await world.SignalsAsync()).ShouldBe(("", Numbers, "0 0 0 0 0"));
        (await world.World.OneAsync<int>("SELECT coalesce(max(sent_today), 0) FROM pace_states WHERE tenant_id = $1")).ShouldBe(0);
    }

    [Fact]
    public async Task Person_goes_to_his_own_number_and_answers_go_first_whoever_begins_beside_them()
    {
        var world = await CreateAsync();
        await world.World.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        await LedgerSteps.ReplyAsync(world.World, "bom dia");
        await world.Pools.Numbers[5].DeliverAsync(Hook.Text("oi", Hook.NewId(), "5511966000001@s.whatsapp.net", null));
        var person = new ContactId(
            await world.World.OneAsync<Guid>("SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND value = '+5511966000001'")
        );
        await world.FeedAsync();
        await world.FeedAsync(to: person);
        await world.FeedAsync(Numbers);
        var queue = world.World.NewQueue(world.World.Database);
        var claims = await ClaimAllAsync(world);
        // The last number is alone, and gets the first message.
        claims.Reverse();

        var begun = await TogetherAsync(world, queue, claims, "SELECT 1 FROM campaign_signals WHERE tenant_id = $1 FOR UPDATE");

        begun.ShouldAllBe(a => a != null);
        begun[^1]!.Body.Plain.ShouldBe("bom dia");
        claims[Array.FindIndex(begun, a => a!.Body.Plain == "oferta 2")].Instance.ShouldBe(world.Number(5));
        begun.Select(a => a!.Message).Distinct().Count().ShouldBe(Numbers);
    }

    [Fact]
    public async Task Two_messages_to_one_person_whom_nobody_knew_make_one_contact()
    {
        var world = await CreateAsync();
        var pieces = Enumerable
            .Range(0, Numbers)
            .Select(i => new Infrastructure.Instances.Pools.Sending.CampaignPiece(
                Guid.NewGuid(),
                new Core.Messaging.TextBody($"oferta {i}"),
                LaneWorld.Phone(i / 2)
            ));
        await world
            .Lane()
            .FeedAsync(
                world.Tenant,
                new Infrastructure.Instances.Pools.Sending.CampaignFeed(world.Pool, world.Campaign, "Dois", 0, [.. pieces]),
                Ct
            );
        var queue = world.World.NewQueue(world.World.Database);

        var begun = await BeginAllAsync(world, queue);

        begun.ShouldAllBe(b => b.Attempt != null);
        (await world.World.CountAsync("contacts")).ShouldBe(Numbers / 2);
        (await world.World.CountAsync("conversations")).ShouldBe(Numbers);
    }

    [Fact]
    public async Task Claim_that_was_lost_begins_and_ends_nothing_beside_those_that_are_held()
    {
        var world = await CreateAsync();
        await world.FeedAsync(Numbers * 2);
        var queue = world.World.NewQueue(world.World.Database);
        var lost = await world.ClaimAsync(0);
        var dead = await queue.BeginAsync(lost, Ct);
        var claims = await ClaimAllAsync(world);

        var late = queue.EndAsync(lost, dead!, LedgerSteps.Taken(Hook.NewId()), Ct);
        var nothing = queue.BeginAsync(lost, Ct);
        var begun = await Task.WhenAll(claims.Select(c => queue.BeginAsync(c, Ct)));

        (await late).ShouldBeFalse();
        (await nothing).ShouldBeNull();
        begun.Count(a => a is not null).ShouldBe(Numbers - 1, "the lost one's number is still paced");
        (await world.LedgerAsync())!.ShouldContain("oferta 1: Unconfirmed unconfirmed.interrupted");
    }

    private static Task<LaneWorld> CreateAsync() => LaneWorld.CreateAsync([.. Enumerable.Repeat<MemberRole?>(MemberRole.Active, Numbers)]);

    private static async Task<List<WorkClaim>> ClaimAllAsync(LaneWorld world)
    {
        var claims = new List<WorkClaim>();
        for (var i = 0; i < Numbers; i++)
        {
            claims.Add(await world.ClaimAsync(i));
        }

        return claims;
    }

    private static async Task<List<(WorkClaim Claim, Attempt? Attempt)>> BeginAllAsync(LaneWorld world, LedgerQueue queue)
    {
        var claims = await ClaimAllAsync(world);
        return [.. claims.Zip(await Task.WhenAll(claims.Select(c => queue.BeginAsync(c, Ct))))];
    }

    /// <summary>The first one's transaction waits for somebody, so that the others come together in the next.</summary>
    private static async Task<Attempt?[]> TogetherAsync(LaneWorld world, LedgerQueue queue, List<WorkClaim> claims, string sql)
    {
        await using var other = await world.World.Database.BeginAsync(world.Tenant, Ct);
        await using var command = other.Connection.Sql(sql, world.Tenant.Value);
        await command.ExecuteNonQueryAsync(Ct);
        var first = queue.BeginAsync(claims[0], Ct);
        await Wait.UntilAsync(
            async () =>
                await world.World.OneAsync<long>(
                    "SELECT count(*) FROM pg_stat_activity WHERE $2 = ANY (pg_blocking_pids(pid)) AND $1::uuid IS NOT NULL",
                    other.Connection.ProcessID
                ) > 0,
            "the first has come to the campaign's row"
        );
        var rest = claims.Skip(1).Select(c => queue.BeginAsync(c, Ct)).ToList();
        await other.CommitAsync(Ct);
        return await Task.WhenAll([first, .. rest]);
    }

    private static async Task LockAsync(NpgsqlConnection connection, string kind, InstanceId instance)
    {
        await using var command = connection.Sql(
            "SELECT 1 FROM work_list WHERE kind = $1 AND instance_id = $2 FOR UPDATE",
            kind,
            instance.Value
        );
        await command.ExecuteNonQueryAsync(Ct);
    }
}
