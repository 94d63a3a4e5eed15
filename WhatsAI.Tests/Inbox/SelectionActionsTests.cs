using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Selection;

namespace WhatsAI.Tests.Inbox;

public sealed class SelectionActionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolved_together_come_back_together_into_the_episodes_they_were_in()
    {
        var world = await SelectionWorld.CreateAsync();
        var ids = await world.ConversationsAsync(60);
        var before = await EpisodesAsync(world);
        var waiting = await world.HeadAsync<DateTime>("waiting_since", ids[0]);

        var result = await world.Actions().SetStatusAsync(ids, ConversationStatus.Resolved, Ct);

        (result.Done, result.Same, result.Missing).ShouldBe((60, 0, 0));
        (await world.HeadAsync<string>("status", ids[59])).ShouldBe("Resolved");
        (await EpisodesAsync(world)).ShouldNotBe(before);
        (await world.Actions().UndoAsync(result.Undo!, Ct)).Done.ShouldBe(60);
        (await EpisodesAsync(world)).ShouldBe(before, "not one episode more, and none closed");
        (await world.HeadAsync<DateTime>("waiting_since", ids[0])).ShouldBe(waiting);
        (await world.LinesAsync(ids[7])).ShouldBe("line.resolved line.undone");
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Reopening_taken_back_leaves_no_episode()
    {
        var world = await SelectionWorld.CreateAsync();
        var ids = await world.ConversationsAsync(1);
        await world.Actions().SetStatusAsync(ids, ConversationStatus.Resolved, Ct);
        var before = await EpisodesAsync(world);

        var opened = await world.Actions().SetStatusAsync(ids, ConversationStatus.Open, Ct);
        await world.Actions().UndoAsync(opened.Undo!, Ct);

        (await EpisodesAsync(world)).ShouldBe(before);
        (await world.HeadAsync<string>("status", ids[0])).ShouldBe("Resolved");
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Undo_leaves_alone_what_a_customer_opened_or_a_colleague_changed_meanwhile()
    {
        var world = await SelectionWorld.CreateAsync();
        var ids = await world.ConversationsAsync(3);
        var result = await world.Actions().SetStatusAsync(ids, ConversationStatus.Resolved, Ct);
        await world.World.WriteAsync(0, "mais uma coisa");
        await world.Actions().SetStatusAsync([ids[1]], ConversationStatus.Pending, Ct);
        var episodes = await EpisodesAsync(world, ids[0]);

        var undone = await world.Actions().UndoAsync(result.Undo!, Ct);

        (undone.Done, undone.Same).ShouldBe((1, 2));
        (await world.HeadAsync<string>("status", ids[0]), await world.HeadAsync<string>("status", ids[1])).ShouldBe(("Open", "Pending"));
        (await EpisodesAsync(world, ids[0])).ShouldBe(episodes);
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Taken_back_resolution_of_what_waits_for_an_agent_waits_again()
    {
        var world = await SelectionWorld.CreateAsync();
        await world.World.RouteAsync(AssignmentMode.RoundRobin);
        await world.World.RunAsync("UPDATE agents SET presence = 'Away' WHERE tenant_id = $1");
        var ids = await world.ConversationsAsync(1);
        var result = await world.Actions().SetStatusAsync(ids, ConversationStatus.Resolved, Ct);
        await world.World.GiveAsync();

        await world.Actions().UndoAsync(result.Undo!, Ct);

        await world.World.RunAsync("UPDATE agents SET presence = 'Online' WHERE tenant_id = $1");
        await world.World.GiveAsync();
        (await world.World.OwnerAsync(0)).ShouldBe(world.Ana);
    }

    [Fact]
    public async Task Note_of_a_transfer_stands_once_in_each_and_its_owner_is_led_to_it()
    {
        var world = await SelectionWorld.CreateAsync();
        var other = await SelectionWorld.CreateAsync(world.World);
        var bia = await world.World.AgentAsync("Bia", numbers: [world.World.Number.Instance]);
        var caio = await world.World.AgentAsync("Caio");
        var ids = await world.ConversationsAsync(3);
        var unseen = await other.ConversationsAsync(1, from: 50);
        await world.Actions().AssignAsync([ids[0]], bia, Ct);
        var note = new TransferNote(Guid.NewGuid(), "Cobrar a @Caio na segunda");

        var result = await world.Actions().AssignAsync([.. ids, .. unseen], bia, note, Ct);
        await world.Actions().AssignAsync(ids, bia, note, Ct);

        (result.Done, result.Same, result.Refused).ShouldBe((2, 1, 1));
        const string Notes = "SELECT count(*) FROM messages WHERE tenant_id = $1 AND kind = 'Note' AND conversation_id = ANY ($2)";
        (await world.World.Number.ScalarAsync<long>(Notes, ids.Select(i => i.Value).ToArray())).ShouldBe(3);
        (await world.World.Number.ScalarAsync<long>(Notes, unseen.Select(i => i.Value).ToArray())).ShouldBe(0);
        const string Told = """
            SELECT string_agg(n.kind || ' ' || coalesce(m.kind, '-'), ' ' ORDER BY n.kind, n.id) FROM notices n LEFT JOIN messages m ON m.id = n.message_id
            WHERE n.tenant_id = $1 AND n.user_id = $2
            """;
        (await world.World.Number.ScalarAsync<string>(Told, bia.Value)).ShouldBe("Assigned - Assigned Note Assigned Note");
        (await world.World.Number.ScalarAsync<string>(Told, caio.Value)).ShouldBe("Mentioned Note Mentioned Note Mentioned Note");
        (await world.LinesAsync(ids[1])).ShouldBe("line.assigned");
        (
            await Should.ThrowAsync<RuleException>(() =>
                world.Actions().TransferAsync(ids, to: null, new TransferNote(Guid.NewGuid(), " "), Ct)
            )
        ).Key.ShouldBe("note.empty");
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Each_result_is_told_and_what_is_not_his_to_see_is_left_alone()
    {
        var world = await SelectionWorld.CreateAsync();
        var other = await SelectionWorld.CreateAsync(world.World);
        var foreign = await SelectionWorld.CreateAsync();
        var (mine, unseen, theirs) = (
            await world.ConversationsAsync(3),
            await other.ConversationsAsync(1, from: 50),
            await foreign.ConversationsAsync(1)
        );
        await world.Actions().SetPriorityAsync([mine[0]], ConversationPriority.Urgent, Ct);

        var result = await world
            .Actions(numbers: world.World.Number.Instance)
            .SetPriorityAsync([.. mine, .. unseen, .. theirs, mine[1]], ConversationPriority.Urgent, Ct);

        (result.Done, result.Same, result.Missing).ShouldBe((2, 1, 2));
        (await world.HeadAsync<string>("priority", unseen[0]), await foreign.HeadAsync<string>("priority", theirs[0])).ShouldBe(
            ("Normal", "Normal")
        );
        (await world.LinesAsync(mine[1])).ShouldBe("line.priority-urgent");
        await world.Actions().UndoAsync(result.Undo!, Ct);
        (await world.HeadAsync<string>("priority", mine[0]), await world.HeadAsync<string>("priority", mine[1])).ShouldBe(
            ("Urgent", "Normal")
        );
    }

    [Fact]
    public async Task Label_goes_on_those_without_it_and_its_undo_takes_it_from_those_alone()
    {
        var world = await SelectionWorld.CreateAsync();
        var foreign = await SelectionWorld.CreateAsync();
        var (ids, vip) = (await world.ConversationsAsync(3), await world.LabelAsync("VIP"));
        await world.Actions().LabelAsync([ids[0]], vip, on: true, Ct);

        var result = await world.Actions().LabelAsync(ids, vip, on: true, Ct);

        (result.Done, result.Same).ShouldBe((2, 1));
        (await CarriersAsync(world, vip)).ShouldBe(3);
        await world.Actions().UndoAsync(result.Undo!, Ct);
        (await CarriersAsync(world, vip)).ShouldBe(1);
        (await world.LinesAsync(ids[1])).ShouldBe("line.labelled line.unlabelled");
        var theirs = await foreign.LabelAsync("VIP");
        (await RefusedAsync(() => world.Actions().LabelAsync(ids, theirs, on: true, Ct))).ShouldBe("label.gone");
    }

    [Fact]
    public async Task Given_to_an_agent_those_whose_number_he_does_not_see_stay_and_are_told()
    {
        var world = await SelectionWorld.CreateAsync();
        var other = await SelectionWorld.CreateAsync(world.World);
        var (here, there) = (await world.ConversationsAsync(2), await other.ConversationsAsync(1, from: 50));
        var bia = await world.World.AgentAsync("Bia", numbers: [world.World.Number.Instance]);

        var result = await world.Actions().AssignAsync([.. here, .. there], bia, Ct);

        (result.Done, result.Refused).ShouldBe((2, 1));
        (await world.World.OwnerAsync(0)).ShouldBe(bia);
        await world.Actions().UndoAsync(result.Undo!, Ct);
        (await world.World.OwnerAsync(0)).ShouldBeNull();
        var stranger = Id.New<UserId>(DateTimeOffset.UtcNow);
        (await RefusedAsync(() => world.Actions().AssignAsync(here, stranger, Ct))).ShouldBe("assignment.no-member");
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Given_to_a_team_they_wait_for_it_and_read_ones_are_read_for_all()
    {
        var world = await SelectionWorld.CreateAsync();
        var team = await world.World.TeamAsync("Suporte", AssignmentMode.LeastLoaded);
        var caio = await world.World.AgentAsync("Caio", teams: [team]);
        var ids = await world.ConversationsAsync(3);

        await world.Actions().TransferAsync(ids, team, Ct);
        await world.World.GiveAsync();
        var read = await world.Actions().MarkReadAsync(ids, Ct);

        (await world.World.OwnerAsync(2)).ShouldBe(caio);
        (read.Done, read.Undo).ShouldBe((3, null));
        (await world.World.Number.CountAsync("read_receipts_due")).ShouldBe(3);
        await world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Two_copies_that_change_the_same_rows_at_once_wait_for_each_other_and_keep_the_counters_exact()
    {
        var world = await SelectionWorld.CreateAsync();
        var other = await SelectionWorld.CreateAsync(world.World);
        var ids = (await world.ConversationsAsync(60)).Concat(await other.ConversationsAsync(60, from: 100)).ToArray();
        var vip = await world.LabelAsync("VIP");
        var backwards = ids.Reverse().ToArray();

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(
                Task.Run(() => world.Actions().SetStatusAsync(ids, ConversationStatus.Resolved, Ct), Ct),
                Task.Run(() => other.Actions().AssignAsync(backwards, world.Ana, Ct), Ct),
                Task.Run(() => other.Actions().LabelAsync(backwards, vip, on: round != 1, Ct), Ct),
                Task.Run(() => other.Actions().SetStatusAsync(backwards, ConversationStatus.Open, Ct), Ct),
                Task.Run(() => world.Actions().MarkReadAsync(ids, Ct), Ct),
                Task.Run(() => world.World.WriteAsync(round, "e agora?"), Ct),
                Task.Run(() => other.World.WriteAsync(100 + round, "e agora?"), Ct)
            );
        }

        await world.World.Number.CountersShouldBeTrueAsync();
        (await CarriersAsync(world, vip)).ShouldBe(120);
    }

    [Fact]
    public async Task Role_that_may_not_is_refused_and_so_are_too_many()
    {
        var world = await SelectionWorld.CreateAsync();
        var many = Enumerable.Range(0, SelectionActions.Most + 1).Select(_ => Id.New<ConversationId>(DateTimeOffset.UtcNow)).ToArray();
        var nobody = world.Actions(role: (Role)99);
        var undo = new SelectionUndo(
            [new HandlingChange(many[0], Handled(ConversationStatus.Open), Handled(ConversationStatus.Resolved))],
            null,
            false
        );

        (await RefusedAsync(() => world.Actions().SetStatusAsync(many, ConversationStatus.Resolved, Ct))).ShouldBe("selection.too-many");
        foreach (
            var act in new Func<Task>[]
            {
                () => nobody.SetStatusAsync([], ConversationStatus.Resolved, Ct),
                () => nobody.SetPriorityAsync([], ConversationPriority.Low, Ct),
                () => nobody.LabelAsync([], default, on: true, Ct),
                () => nobody.AssignAsync([], to: null, Ct),
                () => nobody.TransferAsync([], to: null, Ct),
                () => nobody.MarkReadAsync([], Ct),
                () => nobody.UndoAsync(undo, Ct),
            }
        )
        {
            (await RefusedAsync(act)).ShouldBe("permission.missing");
        }
    }

    private static Handling Handled(ConversationStatus status) => new(status, null, null, null, ConversationPriority.Normal, null, null);

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;

    private static Task<long> CarriersAsync(SelectionWorld world, LabelId label) =>
        world.World.Number.ScalarAsync<long>(
            "SELECT count(*) FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2",
            label.Value
        );

    private static async Task<string?> EpisodesAsync(SelectionWorld world, ConversationId? of = null) =>
        await world.World.Number.ScalarAsync<string>(
            """
            SELECT md5(string_agg(concat_ws(' ', e.id, e.opened_at, e.resolved_at, e.resolved_by, e.id = h.episode_id), ',' ORDER BY e.id))
            FROM episodes e JOIN conversation_heads h ON h.tenant_id = e.tenant_id AND h.conversation_id = e.conversation_id
            WHERE e.tenant_id = $1 AND ($2 = '00000000-0000-0000-0000-000000000000' OR e.conversation_id = $2)
            """,
            of?.Value ?? Guid.Empty
        );
}
