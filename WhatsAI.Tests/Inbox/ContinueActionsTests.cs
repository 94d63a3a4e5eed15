using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Messaging.Conversations;

namespace WhatsAI.Tests.Inbox;

public sealed class ContinueActionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Person_of_a_dead_number_is_served_through_another_and_both_threads_say_so()
    {
        var world = await InboxWorld.CreateAsync();
        var old = await world.CustomerWritesAsync("5511977770001", "e o prazo?");
        var other = await OtherAsync(world, InstanceState.Open);

        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Actions(world).ThroughAsync(old, other, Ct)));

        var here = ids.Distinct().ShouldHaveSingleItem();
        (await LinesAsync(world, old)).ShouldBe(["line.continues"]);
        (await LinesAsync(world, here)).ShouldBe(["line.continued"]);
        (await world.HeadAsync<string>("last_preview", here), await world.HeadAsync<Guid>("assignee_id", here)).ShouldBe(
            ("e o prazo?", world.Member.UserId.Value)
        );
        await world.Messaging.CountersShouldBeTrueAsync();
        var sent = await world.Replies.SendTextAsync(here, Guid.NewGuid(), "três dias", ct: Ct);
        (await world.Messages.FindAsync([sent], Ct)).Single().InstanceId.ShouldBe(other);
    }

    [Fact]
    public async Task Number_that_is_not_connected_or_person_without_a_phone_is_refused()
    {
        var world = await InboxWorld.CreateAsync();
        var old = await world.CustomerWritesAsync("5511977770001", "oi");

        var closed = await OtherAsync(world, InstanceState.LoggedOut);
        await ShouldRefuseAsync(world, old, closed, "continue.not-connected");
        await world.Messaging.RunAsync("DELETE FROM contact_identities WHERE tenant_id = $1 AND kind = 'Phone'");
        await ShouldRefuseAsync(world, old, await OtherAsync(world, InstanceState.Open), "continue.no-phone");
        await ShouldRefuseAsync(await InboxWorld.CreateAsync(), old, closed, "conversation.not-found");
    }

    private static async Task ShouldRefuseAsync(InboxWorld world, ConversationId id, InstanceId through, string key) =>
        (await Should.ThrowAsync<RuleException>(() => Actions(world).ThroughAsync(id, through, Ct))).Key.ShouldBe(key);

    private static ContinueActions Actions(InboxWorld world) =>
        new(world.Messaging.Database, world.Member, world.Messaging.Clocks, world.Messaging.Hub, TimeProvider.System);

    private static async Task<List<string>> LinesAsync(InboxWorld world, ConversationId id) =>
        [.. (await world.Messages.PageAsync(id, ct: Ct)).Rows.Select(r => r.Body).OfType<LineBody>().Select(l => l.Key)];

    private static async Task<InstanceId> OtherAsync(InboxWorld world, InstanceState state)
    {
        var id = Id.New<InstanceId>(DateTimeOffset.UtcNow);
        await world.Messaging.RunAsync(
            """
            INSERT INTO instances SELECT (i).* FROM (
                SELECT jsonb_populate_record(x, jsonb_build_object('id', $2::uuid, 'name', $2::text)) AS i FROM instances x WHERE x.tenant_id = $1 LIMIT 1) s
            """,
            id.Value
        );
        await world.Messaging.RunAsync(
            """
            INSERT INTO instance_statuses SELECT (i).* FROM (
                SELECT jsonb_populate_record(x, jsonb_build_object('instance_id', $2::uuid, 'state', $3::text)) AS i
                FROM instance_statuses x WHERE x.tenant_id = $1 LIMIT 1) s
            """,
            id.Value,
            state.ToString()
        );
        await world.Messaging.RunAsync(
            """
            INSERT INTO work_list SELECT (i).* FROM (
                SELECT jsonb_populate_record(x, jsonb_build_object('instance_id', $2::uuid)) AS i FROM work_list x WHERE x.tenant_id = $1 AND x.instance_id <> $2) s
            ON CONFLICT DO NOTHING
            """,
            id.Value
        );
        return id;
    }
}
