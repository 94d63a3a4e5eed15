using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>Which number of a pool sends, of those that may send now.</summary>
public sealed class PoolShareTests
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Number_leaves_a_message_to_one_that_has_sent_less_and_wakes_it()
    {
        var world = await WithPaceAsync();
        await world.FeedAsync(2);
        await world.SendAsync(0);
        await world.SendAsync(0, _minute);
        await world.World.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1");
        await world.FeedAsync(ahead: _minute * 2);
        await world.World.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1");

        var busy = await world.SendAsync(0, _minute * 2);
        var (again, woken) = (await world.DueInAsync(0), await world.DueInAsync(1));
        var other = await world.SendAsync(1, _minute * 2);

        (busy, other).ShouldBe((null, "oferta 3"));
        again!.Value.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        woken!.Value.ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Who_could_have_sent_for_two_seconds_and_did_not_holds_nothing_back()
    {
        var world = await WithPaceAsync();
        await world.FeedAsync(2);
        await world.SendAsync(0);
        await world.SendAsync(0, _minute);
        await world.FeedAsync(ahead: _minute * 2);

        var sent = await world.SendAsync(0, (_minute * 2) + TimeSpan.FromSeconds(3));

        sent.ShouldBe("oferta 3");
    }

    [Fact]
    public async Task Persons_own_number_sends_though_another_has_sent_less()
    {
        var world = await WithPaceAsync();
        await world.FeedAsync(2);
        await world.SendAsync(0);
        await world.SendAsync(0, _minute);
        await world.World.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        var person = (Guid)
            (
                await world.World.OneAsync<object>(
                    "SELECT contact_id FROM conversations c JOIN conversation_heads h ON h.conversation_id = c.id WHERE c.tenant_id = $1 AND h.unread > 0"
                )
            )!;
        await world.FeedAsync(to: new ContactId(person), ahead: _minute * 2);

        var stranger = await world.SendAsync(1, _minute * 2);
        var own = await world.SendAsync(0, _minute * 2);

        (stranger, own).ShouldBe((null, "oferta 3"));
    }

    [Fact]
    public async Task Number_that_may_not_send_now_is_not_waited_for()
    {
        var world = await WithPaceAsync();
        await world.FeedAsync(2);
        await world.SendAsync(0);
        await world.World.RunAsync(
            "UPDATE pace_states SET paused_until = 'infinity' WHERE tenant_id = $1 AND instance_id = $2",
            world.Number(1).Value
        );

        (await world.SendAsync(0, _minute)).ShouldBe("oferta 2");
    }

    /// <summary>Two numbers of which each has a row of its pace.</summary>
    private static async Task<LaneWorld> WithPaceAsync()
    {
        var world = await LaneWorld.CreateAsync(MemberRole.Active, MemberRole.Active);
        await world.World.RunAsync(
            """
            INSERT INTO pace_states (tenant_id, instance_id, in_use_since, day, sent_today, strangers_today, hour, sent_this_hour, in_series)
            SELECT tenant_id, id, '2020-01-01', '-infinity', 0, 0, '-infinity', 0, 0 FROM instances WHERE tenant_id = $1
            """
        );
        return world;
    }
}
