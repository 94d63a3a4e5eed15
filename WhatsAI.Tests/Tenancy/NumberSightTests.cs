using System.Collections;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Inbox.Selection;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

/// <summary>
/// A member who does not see a number, before every read and every action there is: found by reflection, so that one added later is tried here or the
/// test fails.
/// </summary>
public sealed partial class NumberSightTests : IAsyncLifetime
{
    // What they refuse with where there is nothing, and so where it may not be seen.
    private static readonly string[] _notThere =
    [
        "number.gone",
        "conversation.not-found",
        "message.not-failed",
        "message.not-unconfirmed",
        "message.not-live",
        "journal.gone",
        "scheduled.gone",
        "note.gone",
        "pool.not-all-seen",
        "alert.gone",
    ];

    // Shows nothing that belongs to a number.
    private static readonly string[] _ofNoNumber =
    [
        "AgentActions.SetCapacityAsync",
        .. OfNoNumberOfPools,
        .. OfNoNumberOfContacts,
        "AgentActions.SetPresenceAsync",
        "CannedResponseActions.ChangeAsync",
        "CannedResponseActions.CreateAsync",
        "CannedResponseActions.DeleteAsync",
        "CannedResponseQueries.ListAsync",
        "MacroActions.ChangeAsync",
        "MacroActions.CreateAsync",
        "MacroActions.DeleteAsync",
        "MacroQueries.FindAsync",
        "MacroQueries.ListAsync",
        "MacroQueries.NamesAsync",
        "CsatActions.SaveAsync",
        "CsatQueries.ReadAsync",
        "GatewayServerActions.AddAsync",
        "GatewayServerActions.ChangeAsync",
        "GatewayServerActions.RemoveAsync",
        "GatewayServerActions.TestAsync",
        "GatewayServerQueries.ListAsync",
        // A filter in words: what it finds, the list asks for.
        "InboxViewActions.ChangeAsync",
        "InboxViewActions.CreateAsync",
        "InboxViewActions.DeleteAsync",
        "InboxViewActions.OpenWithAsync",
        "InboxViewQueries.ListAsync",
        "InboxViewQueries.OpensWithAsync",
        "InstanceCreation.CreateAsync",
        "LabelActions.ChangeAsync",
        "LabelActions.CreateAsync",
        "LabelActions.DeleteAsync",
        // How many would lose it, which is asked before it is deleted.
        "LabelQueries.ConversationsAsync",
        "LabelQueries.ListAsync",
        "MediaActions.UploadAsync",
        // What he was told himself; what is counted of it NoticeTests tries.
        "NoticeActions.ReadAllAsync",
        "NoticeActions.ReadAsync",
        "NoticeActions.ReadConversationAsync",
        "NoticeQueries.UnreadAsync",
        "NotifyingActions.ReadAsync",
        "NotifyingActions.SaveAsync",
        // Answers whether a key that the browser made itself was used.
        "ReplyActions.TookAsync",
        // What a pool is called and how fast it sends; whose numbers are in it is told to who sees them.
        "PoolActions.ChangeAsync",
        "PoolActions.CreateAsync",
        "SlaActions.ChangeAsync",
        "SlaActions.CreateAsync",
        "SlaActions.DeleteAsync",
        "SlaQueries.ListAsync",
        "SlaQueries.TeamsAsync",
        "TeamActions.ChangeAsync",
        "TeamActions.CreateAsync",
        "TeamActions.DeleteAsync",
        // Colleagues, what they hold in all, and the ids of the numbers they see.
        "TeamQueries.AgentsAsync",
        "TeamQueries.SaidAsync",
        "TeamQueries.TeamsAsync",
    ];

    private static readonly ScheduledWords _tomorrow = new("oi", DateTime.UtcNow.AddDays(1), "Etc/UTC", CancelsOnReply: true);

    private static readonly Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> _tries = new(
        OfMacros().Concat(OfPools()).Concat(OfStandbys()).Concat(OfAlerts()).Concat(OfContacts()),
        StringComparer.Ordinal
    )
    {
        ["AssignmentActions.AssignAsync"] = Do<AssignmentActions>((a, w) => a.AssignAsync(w.Conversation, to: null)),
        ["AssignmentActions.RestoreAsync"] = Do<AssignmentActions>((a, w) => a.RestoreAsync(w.Conversation, new Assigned(null, null))),
        ["AssignmentActions.TransferAsync"] = Do<AssignmentActions>((a, w) => a.TransferAsync(w.Conversation, to: null)),
        ["AttentionQueries.ReadAsync"] = Ask<AttentionQueries>(
            async (q, _) => (await q.ReadAsync()) is { Unread: 0, Waiting: 0 } ? null : "unread"
        ),
        ["BlockActions.BlockAsync"] = Do<BlockActions>((a, w) => a.BlockAsync(w.Conversation)),
        ["BlockActions.UnblockAsync"] = Do<BlockActions>((a, w) => a.UnblockAsync(w.Conversation)),
        ["ContinueActions.ThroughAsync"] = Do<ContinueActions>((a, w) => a.ThroughAsync(w.Conversation, w.Other)),
        ["ConversationActions.MarkReadAsync"] = Do<ConversationActions>((a, w) => a.MarkReadAsync(w.Conversation)),
        ["ConversationActions.SetStatusAsync"] = Do<ConversationActions>(
            (a, w) => a.SetStatusAsync(w.Conversation, ConversationStatus.Pending)
        ),
        ["ConversationActions.SnoozeAsync"] = Do<ConversationActions>((a, w) => a.SnoozeAsync(w.Conversation, until: null)),
        ["ConversationActions.UnsnoozeAsync"] = Do<ConversationActions>(
            (a, w) => a.UnsnoozeAsync(w.Conversation, new Snoozed(ConversationStatus.Pending, null))
        ),
        ["ConversationQueries.FindAsync"] = Ask<ConversationQueries>(async (q, w) => await q.FindAsync(w.Conversation)),
        ["ConversationQueries.PageAsync"] = Ask<ConversationQueries>(
            async (q, w) =>
                (await q.PageAsync(new InboxFilter()))
                    .Rows.Where(r => r.InstanceId == w.Instance)
                    .Concat((await q.PageAsync(new InboxFilter(InstanceId: w.Instance, UnreadOnly: true))).Rows)
        ),
        ["ConversationQueries.SummaryAsync"] = Ask<ConversationQueries>(
            async (q, w) =>
                (await q.SummaryAsync()) is var s
                    ? [.. s.Counts.Select(c => c.InstanceId).Concat(s.Numbers.Select(n => n.Id)).Where(i => i == w.Instance)]
                    : Array.Empty<InstanceId>()
        ),
        ["GapActions.AskAsync"] = Do<GapActions>((a, w) => a.AskAsync(w.Instance, TimeSpan.FromHours(1))),
        ["GapQueries.ListAsync"] = async (services, w) =>
        {
            await w.GapAsync();
            return await services.GetRequiredService<GapQueries>().ListAsync(w.Instance, 5);
        },
        ["InstanceActions.ConfigureAsync"] = Do<InstanceActions>((a, w) => a.ConfigureAsync(w.Instance, new InstanceSettings())),
        ["InstanceActions.LogOutAsync"] = Do<InstanceActions>((a, w) => a.LogOutAsync(w.Instance)),
        ["InstanceActions.RenameAsync"] = Do<InstanceActions>((a, w) => a.RenameAsync(w.Instance, "X" + Guid.NewGuid().ToString("N")[..8])),
        ["InstanceActions.RestartAsync"] = Do<InstanceActions>((a, w) => a.RestartAsync(w.Instance)),
        ["InstanceDeletion.DeleteAsync"] = Do<InstanceDeletion>((a, w) => a.DeleteAsync(w.Instance)),
        ["InstanceQueries.LogAsync"] = Ask<InstanceQueries>(async (q, w) => await q.LogAsync(w.Instance, null, 50)),
        ["InstanceQueries.NamesAsync"] = Ask<InstanceQueries>(async (q, w) => (await q.NamesAsync()).Where(n => n.Id == w.Instance)),
        ["InstanceQueries.PairingAsync"] = Ask<InstanceQueries>(async (q, w) => await q.PairingAsync(w.Instance)),
        ["InstanceQueries.ViewAsync"] = Ask<InstanceQueries>(async (q, w) => await q.ViewAsync(w.Instance)),
        ["InstanceQueries.WallAsync"] = Ask<InstanceQueries>(async (q, w) => (await q.WallAsync()).Where(n => n.Id == w.Instance)),
        ["JournalActions.ReplayAllAsync"] = async (services, w) =>
        {
            await w.FailJournalAsync();
            return await services.GetRequiredService<JournalActions>().ReplayAllAsync() > 0 ? "done" : null;
        },
        ["JournalActions.ReplayAsync"] = Do<JournalActions>((a, w) => a.ReplayAsync(w.Journal)),
        ["JournalQueries.ListAsync"] = Ask<JournalQueries>(async (q, w) => await q.ListAsync(w.Instance, new JournalFilter(), 50)),
        ["JournalQueries.PayloadAsync"] = Ask<JournalQueries>(async (q, w) => await q.PayloadAsync(w.Journal)),
        ["LiveBoardQueries.ReadAsync"] = Ask<LiveBoardQueries>(
            async (q, w) => (await q.ReadAsync()).Loads.Where(l => l.Number == w.Instance)
        ),
        ["MediaActions.RetryAsync"] = Do<MediaActions>((a, w) => a.RetryAsync(w.Received)),
        ["MediaQueries.FindAsync"] = Ask<MediaQueries>(
            async (q, w) => new[] { await q.FindAsync(w.File), await q.FindAsync(w.Picture) }.Where(f => f is not null)
        ),
        ["MessageChangeActions.DeleteAsync"] = Do<MessageChangeActions>((a, w) => a.DeleteAsync(w.Sent)),
        ["MessageChangeActions.EditAsync"] = Do<MessageChangeActions>((a, w) => a.EditAsync(w.Sent, "x")),
        ["MessageChangeActions.ReactAsync"] = Do<MessageChangeActions>((a, w) => a.ReactAsync(w.Received, "👍")),
        // A courtesy that says nothing either way: what it would call is the gateway, which notes on the number that it was asked.
        ["MessageChangeActions.TypeAsync"] = async (services, w) =>
        {
            await w.ForgetGatewayAsync();
            await services.GetRequiredService<MessageChangeActions>().TypeAsync(w.Conversation);
            return await w.GatewayWasAskedAsync() ? "asked" : null;
        },
        ["MessageQueries.BackToAsync"] = Ask<MessageQueries>(
            async (q, w) => await q.BackToAsync(w.Conversation, w.Received, new MessageKey(DateTimeOffset.MaxValue, default))
        ),
        ["MessageQueries.AroundAsync"] = Ask<MessageQueries>(async (q, w) => await q.AroundAsync(w.Conversation, w.Received)),
        ["MessageQueries.FindAsync"] = Ask<MessageQueries>(async (q, w) => await q.FindAsync([w.Received, w.Sent])),
        ["MessageQueries.NewerAsync"] = Ask<MessageQueries>(
            async (q, w) => (await q.NewerAsync(w.Conversation, new MessageKey(DateTimeOffset.UnixEpoch, default))).Rows
        ),
        ["MessageQueries.PageAsync"] = Ask<MessageQueries>(async (q, w) => (await q.PageAsync(w.Conversation)).Rows),
        ["MessageQueries.SaidAsync"] = Ask<MessageQueries>(async (q, w) => await q.SaidAsync(w.Conversation)),
        ["NoteActions.DeleteAsync"] = async (services, w) =>
        {
            await services.GetRequiredService<NoteActions>().DeleteAsync(await w.NoteAsync(Me(services)));
            return "done";
        },
        ["NoteActions.EditAsync"] = async (services, w) =>
        {
            await services.GetRequiredService<NoteActions>().EditAsync(await w.NoteAsync(Me(services)), "x", []);
            return "done";
        },
        ["NoteActions.WriteAsync"] = Do<NoteActions>((a, w) => a.WriteAsync(w.Conversation, Guid.NewGuid(), "oi", [])),
        ["NoteQueries.PeopleAsync"] = Ask<NoteQueries>(
            async (q, w) =>
            {
                await w.ColleagueAsync();
                return await q.PeopleAsync(w.Conversation);
            }
        ),
        ["NoticeQueries.PageAsync"] = async (services, w) =>
        {
            await w.NoticeAsync(Me(services));
            return (await services.GetRequiredService<NoticeQueries>().PageAsync()).Rows;
        },
        ["PairingActions.KeepAsync"] = Do<PairingActions>((a, w) => a.KeepAsync(w.Instance, null)),
        ["PairingActions.ResyncWebhookAsync"] = Do<PairingActions>((a, w) => a.ResyncWebhookAsync(w.Instance)),
        ["PairingActions.StartAsync"] = Do<PairingActions>((a, w) => a.StartAsync(w.Instance, null)),
        ["PairingActions.VerifyAsync"] = Do<PairingActions>((a, w) => a.VerifyAsync(w.Instance)),
        ["RepeatActions.ResendAsync"] = Do<RepeatActions>((a, w) => a.ResendAsync(w.Doubtful)),
        ["RepeatActions.RetryAsync"] = Do<RepeatActions>((a, w) => a.RetryAsync(w.Failed)),
        ["ReplyActions.AnswerFileAsync"] = Do<ReplyActions>(
            (a, w) =>
                a.AnswerFileAsync(
                    w.Conversation,
                    Guid.NewGuid(),
                    new Upload(w.File, MessageKind.Image, new MediaReference("image/jpeg", 3, "a.jpg")),
                    null,
                    null,
                    new AnswerGuard(null, TimeSpan.Zero)
                )
        ),
        ["ReplyActions.AnswerTextAsync"] = Do<ReplyActions>(
            (a, w) => a.AnswerTextAsync(w.Conversation, Guid.NewGuid(), "oi", null, new AnswerGuard(null, TimeSpan.Zero))
        ),
        ["ReplyActions.SendFileAsync"] = Do<ReplyActions>(
            (a, w) =>
                a.SendFileAsync(
                    w.Conversation,
                    Guid.NewGuid(),
                    new Upload(w.File, MessageKind.Image, new MediaReference("image/jpeg", 3, "a.jpg"))
                )
        ),
        ["ReplyActions.SendTextAsync"] = Do<ReplyActions>((a, w) => a.SendTextAsync(w.Conversation, Guid.NewGuid(), "oi")),
        ["SelectionActions.AssignAsync"] = Select((a, w) => a.AssignAsync([w.Conversation], to: null)),
        ["SelectionActions.LabelAsync"] = async (services, w) =>
        {
            var label = await w.LabelAsync();
            return await Select((a, _) => a.LabelAsync([w.Conversation], label, on: true))(services, w);
        },
        ["SelectionActions.MarkReadAsync"] = Select((a, w) => a.MarkReadAsync([w.Conversation])),
        ["SelectionActions.SetPriorityAsync"] = Select((a, w) => a.SetPriorityAsync([w.Conversation], ConversationPriority.Urgent)),
        ["SelectionActions.SetStatusAsync"] = Select((a, w) => a.SetStatusAsync([w.Conversation], ConversationStatus.Pending)),
        ["SelectionActions.TransferAsync"] = Select((a, w) => a.TransferAsync([w.Conversation], to: null)),
        ["SelectionActions.UndoAsync"] = Select(
            (a, w) =>
            {
                var now = new Handling(ConversationStatus.Open, null, null, null, ConversationPriority.Normal, null, null);
                var before = now with { Priority = ConversationPriority.High };
                return a.UndoAsync(new SelectionUndo([new HandlingChange(w.Conversation, before, now)], null, PutOn: false));
            }
        ),
        ["ReportQueries.NamesAsync"] = Ask<ReportQueries>(
            async (q, w) => (await q.NamesAsync()).Numbers.Where(n => n.Id == w.Instance.Value)
        ),
        ["ReportQueries.ReadAsync"] = Ask<ReportQueries>(
            async (q, w) => await q.ReadAsync(OfToday()) is { Now: { Opened: 0, Received: 0, Flow.OpenAtStart: 0 } } ? null : "figures"
        ),
        ["ScheduledMessageActions.CancelAsync"] = async (services, w) =>
        {
            var (id, version) = await w.ScheduledAsync();
            await services.GetRequiredService<ScheduledMessageActions>().CancelAsync(id, version);
            return "done";
        },
        ["ScheduledMessageActions.ChangeAsync"] = async (services, w) =>
        {
            var (id, version) = await w.ScheduledAsync();
            await services.GetRequiredService<ScheduledMessageActions>().ChangeAsync(id, _tomorrow, version);
            return "done";
        },
        ["ScheduledMessageActions.CreateAsync"] = Do<ScheduledMessageActions>(
            (a, w) => a.CreateAsync(w.Conversation, new ScheduledMessageId(Guid.NewGuid()), _tomorrow)
        ),
        ["ScheduledMessageActions.SendNowAsync"] = async (services, w) =>
        {
            var (id, version) = await w.ScheduledAsync();
            await services.GetRequiredService<ScheduledMessageActions>().SendNowAsync(id, version);
            return "done";
        },
        ["ScheduledMessageQueries.OfAsync"] = async (services, w) =>
        {
            await w.ScheduledAsync();
            return await services.GetRequiredService<ScheduledMessageQueries>().OfAsync(w.Conversation);
        },
        ["SearchQueries.MessagesAsync"] = Ask<SearchQueries>(async (q, _) => (await q.MessagesAsync("oi", new SearchFilter())).Rows),
        ["SearchQueries.PeopleAsync"] = Ask<SearchQueries>(async (q, _) => await q.PeopleAsync("5511977770001", new SearchFilter(), 6)),
        ["TeamActions.RouteAsync"] = Do<TeamActions>((a, w) => a.RouteAsync(w.Instance, team: null, AssignmentMode.ByHand)),
        ["TeamQueries.RoutingsAsync"] = Ask<TeamQueries>(async (q, w) => (await q.RoutingsAsync()).Where(r => r.Number == w.Instance)),
    };

    private TestServices _services = null!;

    public static TheoryData<string> Tries => [.. _tries.Keys];

    public async ValueTask InitializeAsync() => _services = await TestServices.StartAsync();

    [Fact]
    public void Every_read_and_every_action_is_tried()
    {
        string[] features = ["Instances", "Messaging", "Inbox", "Analytics", "Contacts", "Campaigns"];
        var found = typeof(ConversationQueries)
            .Assembly.GetTypes()
            .Where(t => features.Any(f => t.Namespace?.StartsWith("WhatsAI.Infrastructure." + f, StringComparison.Ordinal) == true))
            .Where(t =>
                t.IsPublic
                && (
                    t.Name.EndsWith("Queries", StringComparison.Ordinal)
                    || t.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == typeof(CurrentMember)))
                )
            )
            .SelectMany(t =>
                t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                    .Where(m => typeof(Task).IsAssignableFrom(m.ReturnType))
                    .Select(m => $"{t.Name}.{m.Name}")
            )
            .Distinct();

        found.Order(StringComparer.Ordinal).ShouldBe(_tries.Keys.Concat(_ofNoNumber).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Tries))]
    public async Task Member_without_the_number_gets_nothing_and_one_with_it_does(string what)
    {
        var world = await SightWorld.CreateAsync();

        (await GetsAsync(what, world, [world.Other])).ShouldBeFalse("without the number");
        (await GetsAsync(what, world, [world.Instance])).ShouldBeTrue("with the number: the try proves nothing");
    }

    [Fact]
    public async Task Live_rows_reach_only_lists_whose_member_sees_the_number()
    {
        var world = await SightWorld.CreateAsync();
        await using var seeing = _services.Enter(world.Tenant, NewUser(), new MemberAccess(Role.Agent, [world.Instance]));
        await using var other = _services.Enter(world.Tenant, NewUser(), new MemberAccess(Role.Agent, [world.Other]));
        var rows = world.NewRows();
        using var seen = rows.Subscribe(seeing.ServiceProvider.GetRequiredService<CurrentMember>());
        using var unseen = rows.Subscribe(other.ServiceProvider.GetRequiredService<CurrentMember>());

        world.Tell();

        (await NextAsync(seen)).Rows!.ShouldHaveSingleItem().Id.ShouldBe(world.Conversation);
        var change = await NextAsync(unseen);
        change.Rows.ShouldBeEmpty();
        change.Summary!.Counts.ShouldBeEmpty();
        change.Summary.Numbers.Select(n => n.Id).ShouldBe([world.Other]);
    }

    [Fact]
    public async Task Number_made_by_a_member_who_sees_a_few_is_one_of_them_and_a_colleague_does_not_see_it()
    {
        var tenant = await _services.NewTenantAsync();
        await using var owner = _services.Enter(tenant);
        var server = await owner
            .ServiceProvider.GetRequiredService<GatewayServerActions>()
            .AddAsync(new GatewayServerForm("evolution", "http://127.0.0.1:9", "key"));
        var (maker, colleague) = (await MemberAsync(tenant, Role.Manager), await MemberAsync(tenant, Role.Agent));
        await using var scope = _services.Enter(tenant.Id, maker, new MemberAccess(Role.Manager, []));

        var made = await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync("Nova", server);

        (await scope.ServiceProvider.GetRequiredService<InstanceQueries>().ViewAsync(made)).ShouldNotBeNull();
        var queries = scope.ServiceProvider.GetRequiredService<TenantQueries>();
        (await queries.AccessAsync(tenant.Id, maker)).ShouldBe(new MemberAccess(Role.Manager, [made]));
        (await queries.AccessAsync(tenant.Id, colleague)).ShouldBe(new MemberAccess(Role.Agent, []));
        (await queries.AccessAsync(tenant.Id, tenant.OwnerId)).ShouldBe(MemberAccess.Everything(Role.Owner));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<UserId> MemberAsync(CreatedTenant tenant, Role role)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var user = await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .AddMemberAsync(
                tenant.Id,
                $"{Guid.NewGuid():N}@aurora.example",
                "Bruno",
                "correct horse battery",
                role,
                CancellationToken.None
            );
        await SightWorld.OwnerAsync(
            "UPDATE memberships SET sees_all_numbers = false WHERE tenant_id = $1 AND user_id = $2",
            tenant.Id.Value,
            user.Value
        );
        return user;
    }
}
