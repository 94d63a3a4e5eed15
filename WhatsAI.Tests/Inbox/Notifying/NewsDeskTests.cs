using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Inbox.Notifying;

public sealed class NewsDeskTests
{
    private const string Zone = "America/Sao_Paulo";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_reaches_whose_it_is_without_its_text_and_no_other_window()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        await world.WriteAsync(1, "primeira");
        var id = await world.ConversationAsync(1);
        await world.Actions(ana).AssignAsync(id, bia, ct: Ct);
        var desk = NewDesk(world);
        using var anas = desk.Subscribe(Member(world, ana));
        using var bias = desk.Subscribe(Member(world, bia));

        await WriteAsync(world, 1, "segredo");
        await WriteAsync(world, 2, "de ninguém");

        var told = await NextAsync(bias);
        (told.ConversationId, told.Telling.Rule, told.Text, told.Title).ShouldBe((id, NotifyingRules.Mine, null, told.Title));
        told.Title.ShouldNotBeNullOrEmpty();
        told.Unread.ShouldBe(2);
        (await NextAsync(anas)).ConversationId.ShouldBe(await world.ConversationAsync(2));
    }

    [Fact]
    public async Task Mention_is_told_once_with_its_text_to_who_asked_for_that()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        var form = new NotifyingForm(NotifyingRules.All, NotifyingRules.None, ShowsText: true, Quiet: null, Zone, MentionsPass: false);
        await Actions(world, bia).SaveAsync(form, Ct);
        using var bias = NewDesk(world).Subscribe(Member(world, bia));

        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "veja @Bia", [], Ct);

        var first = await NextAsync(bias);
        (first.Telling.Rule, first.ByName, first.Text).ShouldBe((NotifyingRules.Mentioned, "Ana", "veja @Bia"));
        first.Telling.Sounds.ShouldBeFalse();

        await world.Actions(ana).AssignAsync(id, bia, ct: Ct);
        // The customer wrote just before anybody listened; that may count as new to its owner.
        var next = await NextAsync(bias);
        next = next.Telling.Rule == NotifyingRules.Mine ? await NextAsync(bias) : next;
        next.Telling.Rule.ShouldBe(NotifyingRules.Assigned);
    }

    [Fact]
    public async Task Quiet_hours_hold_at_once_and_of_a_number_that_one_does_not_see_nothing_is_told()
    {
        var world = await TeamWorld.CreateAsync();
        var elsewhere = new InstanceId(Guid.NewGuid());
        var (ana, bia, blind) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Cego", numbers: []));
        var desk = NewDesk(world);
        using var anas = desk.Subscribe(Member(world, ana));
        using var blinds = desk.Subscribe(Member(world, blind, elsewhere));
        // Who hears it all says when the desk has read it.
        using var bias = desk.Subscribe(Member(world, bia));
        await WriteAsync(world, 1, "antes");
        await NextAsync(bias);
        (await NextAsync(anas)).Telling.Rule.ShouldBe(NotifyingRules.Unassigned);
        QuietSpan[] always = [.. Enum.GetValues<DayOfWeek>().Select(QuietSpan.Whole)];
        var form = new NotifyingForm(NotifyingRules.All, NotifyingRules.All, ShowsText: false, always, Zone, MentionsPass: false);

        await Actions(world, ana).SaveAsync(form, Ct);
        await WriteAsync(world, 2, "calada");
        await NextAsync(bias);
        await Actions(world, ana).SaveAsync(form with { Quiet = null }, Ct);
        await WriteAsync(world, 3, "depois");

        (await NextAsync(anas)).ConversationId.ShouldBe(await world.ConversationAsync(3));
        await Should.ThrowAsync<OperationCanceledException>(() => NextAsync(blinds, TimeSpan.FromMilliseconds(200)));
        (await Actions(world, ana).ReadAsync(Ct)).Quiet.ShouldBeNull();
    }

    [Fact]
    public async Task Choice_is_ones_own_and_nobody_listens_once_the_last_window_is_closed()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        QuietSpan[] quiet = [new(DayOfWeek.Friday, 1200, 480)];
        await Actions(world, ana)
            .SaveAsync(
                new NotifyingForm(NotifyingRules.Mine | NotifyingRules.Assigned, NotifyingRules.None, true, quiet, "America/Manaus", true),
                Ct
            );

        var read = await Actions(world, ana).ReadAsync(Ct);
        (read.Shows, read.Sounds, read.ShowsText, read.MentionsPass).ShouldBe(
            (NotifyingRules.Mine | NotifyingRules.Assigned, NotifyingRules.None, true, true)
        );
        read.Quiet.ShouldBe(new QuietHours(quiet, "America/Manaus"));
        (await Actions(world, bia).ReadAsync(Ct)).Shows.ShouldBe(NotifyingRules.All);

        var feed = NewDesk(world).Subscribe(Member(world, ana));
        world.Number.Hub.HasSubscribers(world.Tenant).ShouldBeTrue();
        feed.Dispose();
        await Common.Wait.UntilAsync(() => Task.FromResult(!world.Number.Hub.HasSubscribers(world.Tenant)), "nobody listens");
    }

    [Fact]
    public void Who_may_not_read_conversations_hears_nothing() =>
        Should
            .Throw<Core.Common.RuleException>(() =>
                new NewsDesk(null!, new EventHub(), null!, TimeProvider.System, NullLogger<NewsDesk>.Instance).Subscribe(
                    new CurrentMember(new CurrentTenant())
                )
            )
            .Key.ShouldBe("permission.missing");

    private static async Task WriteAsync(TeamWorld world, int customer, string text)
    {
        await world.WriteAsync(customer, text);
        world.Number.Hub.Publish(new ConversationChanged(world.Tenant, await world.ConversationAsync(customer)));
    }

    private static NewsDesk NewDesk(TeamWorld world)
    {
        var (database, hub) = (world.Number.Database, world.Number.Hub);
        var watchers = new WatcherRows(new Watchers(hub, TimeProvider.System), new MemberNames(database, TimeProvider.System));
        var rows = new InboxRows(database, hub, watchers, NullLogger<InboxRows>.Instance);
        return new NewsDesk(database, hub, rows, TimeProvider.System, NullLogger<NewsDesk>.Instance);
    }

    private static NotifyingActions Actions(TeamWorld world, UserId user) =>
        new(world.Number.Database, Member(world, user), world.Number.Hub);

    private static CurrentMember Member(TeamWorld world, UserId user, params InstanceId[] numbers)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, user, new MemberAccess(Role.Agent, numbers.Length > 0 ? [.. numbers] : null), "Ana");
        return member;
    }

    private static async Task<NewsItem> NextAsync(NewsFeed feed, TimeSpan? within = null)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        time.CancelAfter(within ?? TimeSpan.FromSeconds(20));
        await foreach (var batch in feed.BatchesAsync(TimeSpan.Zero, time.Token))
        {
            return batch[0];
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
