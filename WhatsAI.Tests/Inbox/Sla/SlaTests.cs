using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Sla;

/// <summary>Targets kept by what moves a conversation, and told of once when they lapse.</summary>
public sealed class SlaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clocks_move_in_the_transaction_that_moves_the_conversation()
    {
        await using var world = await SlaWorld.CreateAsync();
        var id = await world.WriteAsync();
        var asked = await world.HeadAsync<DateTime>("waiting_since", id);
        (await world.HeadAsync<DateTime>("lapse_at", id)).ShouldBe(asked.AddMinutes(60));
        (await world.HeadAsync<DateTime>("alert_at", id)).ShouldBe(asked.AddMinutes(60));

        await world.AnswerAsync(id);
        (await world.ClockAsync(id))!.Next!.Kind.ShouldBe(SlaKind.Resolution);
        (await world.EpisodeAsync<bool>("first_reply_at <= first_due_at", id)).ShouldBeTrue();

        await world.WriteAsync(text: "e agora?");
        (await world.ClockAsync(id))!.Next!.Kind.ShouldBe(SlaKind.Next);
        await world.AnswerAsync(id);
        (await world.Number.ScalarAsync<bool>("SELECT answered_at <= due_at FROM next_replies WHERE tenant_id = $1")).ShouldBeTrue();

        await world.StatusAsync(id, ConversationStatus.Pending);
        (await world.HeadAsync<bool>("lapse_at IS NULL", id)).ShouldBeTrue();
        await world.StatusAsync(id, ConversationStatus.Open);
        (await world.ClockAsync(id))!.Next!.Kind.ShouldBe(SlaKind.Resolution);
        await world.StatusAsync(id, ConversationStatus.Resolved);

        (await world.HeadAsync<bool>("lapse_at IS NULL", id)).ShouldBeTrue();
        (await world.EpisodeAsync<bool>("resolved_at <= resolve_due_at", id)).ShouldBeTrue();
        var shown = (await world.Get<ConversationQueries>().FindAsync(id, Ct))!.Episode!;
        (shown.NextMet, shown.NextAll, shown.Clock!.Next).ShouldBe((1, 1, null));
    }

    [Fact]
    public async Task Answer_on_the_phone_and_of_a_program_differ()
    {
        await using var world = await SlaWorld.CreateAsync();
        var id = await world.WriteAsync();

        await world.AnswerAsync(id, MessageOrigin.Automation);
        (await world.ClockAsync(id))!.Next!.Kind.ShouldBe(SlaKind.First);
        await world.Number.DeliverAsync(Hook.FromPhone("oi", Hook.NewId(), "5511977700001@s.whatsapp.net"));

        (await world.ClockAsync(id))!.Answered.ShouldBeTrue();
        (await world.EpisodeAsync<bool>("first_due_at IS NOT NULL", id)).ShouldBeTrue();
    }

    [Fact]
    public async Task Team_priority_and_undo_change_what_runs()
    {
        await using var world = await SlaWorld.CreateAsync();
        var team = await world.TeamAsync();
        await world.TargetAsync(first: 20, team: team);
        await world.TargetAsync(first: 5, priority: ConversationPriority.Urgent);
        var id = await world.WriteAsync();
        var asked = await world.HeadAsync<DateTime>("waiting_since", id);
        var selection = world.Get<SelectionActions>();

        await world.Get<AssignmentActions>().TransferAsync(id, team, Ct);
        (await world.HeadAsync<DateTime>("lapse_at", id)).ShouldBe(asked.AddMinutes(20));
        await world.Get<AssignmentActions>().TransferAsync(id, null, Ct);
        var urgent = await selection.SetPriorityAsync([id], ConversationPriority.Urgent, Ct);
        (await world.HeadAsync<DateTime>("lapse_at", id)).ShouldBe(asked.AddMinutes(5));
        await selection.UndoAsync(urgent.Undo!, Ct);
        (await world.HeadAsync<DateTime>("lapse_at", id)).ShouldBe(asked.AddMinutes(60));

        var resolved = await selection.SetStatusAsync([id], ConversationStatus.Resolved, Ct);
        (await world.HeadAsync<bool>("lapse_at IS NULL", id)).ShouldBeTrue();
        await selection.UndoAsync(resolved.Undo!, Ct);
        (await world.HeadAsync<DateTime>("lapse_at", id)).ShouldBe(asked.AddMinutes(60));
        (await world.EpisodeAsync<bool>("resolve_due_at IS NULL", id)).ShouldBeTrue();
    }

    [Fact]
    public async Task Lapse_is_told_once_to_the_agent_and_moves_the_row()
    {
        await using var world = await SlaWorld.CreateAsync();
        var agent = await world.MemberAsync(Role.Agent);
        var id = await world.WriteAsync();
        await world.Get<AssignmentActions>().AssignAsync(id, agent, Ct);
        await world.Number.RunAsync("DELETE FROM notices WHERE tenant_id = $1");
        await world.WaitedAsync(id, TimeSpan.FromMinutes(61));
        using var feed = world.Get<EventHub>().Subscribe(world.Company.Id, e => e is ConversationChanged);

        await world.WatchAsync(copies: 2);
        await world.WatchAsync();

        (await world.ToldAsync()).ShouldBe([(NoticeKind.FirstLate, agent)]);
        (await world.HeadAsync<DateTime>("alert_at", id)).ShouldBeGreaterThan(DateTime.UtcNow, "the resolution is told of next");
        await using var batches = feed.BatchesAsync(TimeSpan.Zero, Ct).GetAsyncEnumerator(Ct);
        (await batches.MoveNextAsync()).ShouldBeTrue();
        await world.AnswerAsync(id);
        (await world.EpisodeAsync<bool>("first_reply_at > first_due_at", id)).ShouldBeTrue();
    }

    [Fact]
    public async Task Lapse_of_nobodys_conversation_is_told_to_its_team_or_to_who_leads()
    {
        await using var world = await SlaWorld.CreateAsync(next: null, resolution: null);
        var team = await world.TeamAsync();
        var (manager, _) = (await world.MemberAsync(Role.Manager), await world.MemberAsync(Role.Agent));
        var bia = await world.MemberAsync(Role.Agent, team);
        var (teams, nobodys) = (await world.WriteAsync(1), await world.WriteAsync(2));
        await world.Get<AssignmentActions>().TransferAsync(teams, team, Ct);
        await world.WaitedAsync(teams, TimeSpan.FromHours(2));

        await world.WatchAsync();
        (await world.ToldAsync()).ShouldBe([(NoticeKind.FirstLate, bia)]);
        await world.WaitedAsync(nobodys, TimeSpan.FromHours(2));
        await world.WatchAsync();

        (await world.ToldAsync()).Skip(1).Select(t => t.User).ShouldBe([manager, world.Company.OwnerId], ignoreOrder: true);
        (await world.HeadAsync<bool>("alert_at IS NULL", nobodys)).ShouldBeTrue();
    }

    [Fact]
    public async Task New_targets_hold_for_conversations_that_are_open()
    {
        await using var world = await SlaWorld.CreateAsync(first: null, next: null, resolution: null);
        var (waits, answered, done) = (await world.WriteAsync(1), await world.WriteAsync(2), await world.WriteAsync(3));
        await world.AnswerAsync(answered);
        await world.WriteAsync(2, "e o prazo?");
        await world.StatusAsync(done, ConversationStatus.Resolved);
        (await world.HeadAsync<bool>("sla IS NULL", waits)).ShouldBeTrue("a company without targets pays nothing");

        var target = await world.TargetAsync(first: 60, next: 30);
        await world.RecountAsync();
        (await world.ClockAsync(waits))!.Next!.Kind.ShouldBe(SlaKind.First);
        (await world.ClockAsync(answered))!.Next!.Kind.ShouldBe(SlaKind.Next);
        (await world.HeadAsync<bool>("lapse_at IS NULL", done)).ShouldBeTrue();
        (
            await world.Number.ScalarAsync<bool>("SELECT done_at IS NOT NULL AND again_at > now() FROM sla_recounts WHERE tenant_id = $1")
        ).ShouldBeTrue("once more, when every copy has heard of it");

        await world.Get<SlaActions>().DeleteAsync(target, Ct);
        await world.RecountAsync();
        (await world.HeadAsync<bool>("lapse_at IS NULL", waits)).ShouldBeTrue();
        await world.Number.RunAsync("UPDATE sla_recounts SET again_at = now() WHERE tenant_id = $1");
        await world.RecountAsync();
        (await world.Number.CountAsync("sla_recounts")).ShouldBe(0);
    }

    [Fact]
    public async Task Hours_of_a_team_and_the_zone_measure_again()
    {
        await using var world = await SlaWorld.CreateAsync();
        await world.Number.RunAsync("DELETE FROM sla_recounts WHERE tenant_id = $1");
        var form = new TeamForm("Vendas", AssignmentMode.ByHand, BusinessHours.Always, []);
        var team = await world.Get<TeamActions>().CreateAsync(form, Ct);
        (await world.Number.CountAsync("sla_recounts")).ShouldBe(0, "nothing is in it yet");

        var version = await world.Number.ScalarAsync<uint>("SELECT xmin FROM teams WHERE tenant_id = $1");
        var nights = new BusinessHours([new OpenSpan(DayOfWeek.Monday, 0, 60)]);
        await world.Get<TeamActions>().ChangeAsync(team, form with { Hours = nights }, version, Ct);

        (await world.Number.CountAsync("sla_recounts")).ShouldBe(1);
        (
            await world.Number.ScalarAsync<bool>("SELECT due_at <= now() FROM work_list WHERE tenant_id = $1 AND kind = 'Later'")
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task List_goes_on_from_what_lapses_first_to_the_newest_without_a_target()
    {
        await using var world = await SlaWorld.CreateAsync(resolution: null);
        var ids = new List<ConversationId>();
        for (var customer = 1; customer <= 4; customer++)
        {
            ids.Add(await world.WriteAsync(customer));
        }

        await world.Number.RunAsync(
            "UPDATE conversation_heads SET last_at = last_at + interval '1 minute' WHERE tenant_id = $1 AND conversation_id = $2",
            ids[3].Value
        );
        await world.AnswerAsync(ids[2]);
        await world.AnswerAsync(ids[3]);
        await world.WaitedAsync(ids[1], TimeSpan.FromMinutes(10));
        var filter = new InboxFilter { Order = InboxOrder.Lapse };
        var queries = world.Get<ConversationQueries>();

        var whole = (await queries.PageAsync(filter, ct: Ct)).Rows;

        whole.Take(2).Select(r => r.Id).ShouldBe([ids[1], ids[0]]);
        whole.Skip(2).Select(r => r.Id).ShouldBe([ids[3], ids[2]], ignoreOrder: true);
        whole.Select(r => r.KeyBy(InboxOrder.Lapse)).ShouldBe(whole.Select(r => r.KeyBy(InboxOrder.Lapse)).Order());
        foreach (var (at, row) in whole.Index())
        {
            var below = (await queries.PageAsync(filter, row.KeyBy(InboxOrder.Lapse), Ct)).Rows;
            below.Select(r => r.Id).ShouldBe(whole.Skip(at + 1).Select(r => r.Id));
        }
    }

    [Fact]
    public async Task Targets_are_kept_by_who_may_one_for_each_place()
    {
        await using var world = await SlaWorld.CreateAsync();
        var actions = world.Get<SlaActions>();
        var hour = new SlaTimes(TimeSpan.FromHours(1), null, null);
        (await Refused(() => actions.CreateAsync(null, null, hour, Ct))).ShouldBe("sla.place-taken");
        (await Refused(() => actions.CreateAsync(new TeamId(Guid.NewGuid()), null, hour, Ct))).ShouldBe("team.gone");
        var row = (await world.Get<SlaQueries>().ListAsync(Ct)).ShouldHaveSingleItem();
        await actions.ChangeAsync(row.Id, hour, row.Version, Ct);
        (await Refused(() => actions.ChangeAsync(row.Id, hour with { First = TimeSpan.FromHours(2) }, row.Version, Ct))).ShouldBe(
            "sla.changed-meanwhile"
        );

        await using var scope = world.Services.Enter(world.Company, Role.Agent);
        var agent = (SlaActions)scope.ServiceProvider.GetService(typeof(SlaActions))!;
        (await Refused(() => agent.CreateAsync(null, ConversationPriority.Low, hour, Ct))).ShouldBe("permission.missing");
        (await Refused(() => agent.DeleteAsync(row.Id, Ct))).ShouldBe("permission.missing");
        await using var other = await SlaWorld.CreateAsync();
        (await Refused(() => other.Get<SlaActions>().DeleteAsync(row.Id, Ct))).ShouldBe("sla.gone");
    }

    private static async Task<string> Refused(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;
}
