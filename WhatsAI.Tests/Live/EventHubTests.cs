using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Tests.Live;

public sealed class EventHubTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly EventHub _hub = new();
    private readonly TenantId _tenant = Id.New<TenantId>(_now);

    [Fact]
    public async Task A_subscriber_gets_what_it_shows_of_its_own_tenant_only()
    {
        using var feed = _hub.Subscribe(_tenant, e => e is ConversationChanged);
        var mine = new ConversationChanged(_tenant, Id.New<ConversationId>(_now));

        _hub.Publish(new ConversationChanged(Id.New<TenantId>(_now), mine.ConversationId));
        _hub.Publish(new TenantSettingsChanged(_tenant));
        _hub.Publish(mine);

        (await FirstAsync(feed)).ShouldBe([mine]);
    }

    [Fact]
    public async Task A_subscriber_that_sleeps_is_told_once_that_everything_changed()
    {
        using var feed = _hub.Subscribe(_tenant, _ => true);

        for (var i = 0; i < EventFeed.Capacity * 3; i++)
        {
            _hub.Publish(new ConversationChanged(_tenant, Id.New<ConversationId>(_now)));
        }

        (await FirstAsync(feed)).ShouldBe([new EverythingChanged(_tenant)]);
    }

    [Fact]
    public async Task Everything_changed_passes_every_filter()
    {
        using var feed = _hub.Subscribe(_tenant, _ => false);

        _hub.DeliverEverythingChanged();

        (await FirstAsync(feed)).ShouldBe([new EverythingChanged(_tenant)]);
    }

    [Fact]
    public void Who_has_left_is_forgotten()
    {
        var feeds = Enumerable.Range(0, 100).Select(_ => _hub.Subscribe(_tenant, _ => true)).ToArray();
        _hub.HasSubscribers(_tenant).ShouldBeTrue();

        Parallel.ForEach(feeds, f => f.Dispose());

        _hub.HasSubscribers(_tenant).ShouldBeFalse();
    }

    [Fact]
    public void Notices_say_the_same_on_the_other_side_and_stay_below_postgresqls_limit()
    {
        ConsoleEvent[] events =
        [
            new ConversationChanged(_tenant, Id.New<ConversationId>(_now)),
            new MessageChanged(_tenant, Id.New<ConversationId>(_now), Id.New<MessageId>(_now)),
            new TenantSettingsChanged(_tenant),
            new MemberChanged(_tenant, Id.New<UserId>(DateTimeOffset.UtcNow)),
            .. ((Doing?[])[Doing.Viewing, Doing.Typing, Doing.Took, null]).Select(doing => Watching(0xA0F, doing)),
            new NoticesChanged(_tenant, Id.New<UserId>(DateTimeOffset.UtcNow)),
            new NotifyingChanged(_tenant, Id.New<UserId>(DateTimeOffset.UtcNow)),
        ];

        var notice = EventNotice.Parse(EventNotice.Of(Guid.NewGuid(), _tenant, events).ToJson());

        notice!.Decode().ShouldBe(events);
        var full = Enumerable
            .Range(0, EventNotice.MaxIds)
            .Select(_ => (ConsoleEvent)new MessageChanged(_tenant, Id.New<ConversationId>(_now), Id.New<MessageId>(_now)))
            .ToArray();
        EventNotice.Of(Guid.NewGuid(), _tenant, full).ToJson().Length.ShouldBeLessThan(8_000);
        var longest = Enumerable.Range(0, EventNotice.MaxIds).Select(n => (ConsoleEvent)Watching((ushort)(0xF000 + n), null)).ToArray();
        EventNotice.Of(Guid.NewGuid(), _tenant, longest).ToJson().Length.ShouldBeLessThan(8_000);
        EventNotice.Of(Guid.NewGuid(), _tenant, [.. full, events[0]]).Decode().ShouldBe([new EverythingChanged(_tenant)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    public void What_is_no_notice_is_passed_over(string payload) => (EventNotice.Parse(payload)?.Decode().ToList() ?? []).ShouldBeEmpty();

    private Watching Watching(ushort window, Doing? doing) =>
        new(_tenant, Id.New<ConversationId>(_now), Id.New<UserId>(_now), window, doing);

    private static async Task<IReadOnlyList<ConsoleEvent>> FirstAsync(EventFeed feed)
    {
        await foreach (var batch in feed.BatchesAsync(TimeSpan.Zero, TestContext.Current.CancellationToken))
        {
            return batch;
        }

        return [];
    }
}
