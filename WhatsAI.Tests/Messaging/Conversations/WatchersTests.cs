using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Conversations;

/// <summary>Two copies that hear of each other as they do through the database: by notices.</summary>
public sealed class WatchersTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly EventHub _hereHub = new();
    private readonly EventHub _thereHub = new();
    private readonly Watchers _here;
    private readonly Watchers _there;
    private readonly TenantId _tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
    private readonly ConversationId _conversation = Id.New<ConversationId>(DateTimeOffset.UtcNow);
    private readonly UserId _ana = Id.New<UserId>(DateTimeOffset.UtcNow);
    private readonly UserId _bia = Id.New<UserId>(DateTimeOffset.UtcNow);
    private bool _cut;

    public WatchersTests()
    {
        (_here, _there) = (new Watchers(_hereHub, _time), new Watchers(_thereHub, _time));
        _hereHub.Relay = e => Carry(e, _thereHub);
        _thereHub.Relay = e => Carry(e, _hereHub);
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public void Who_opens_and_leaves_a_conversation_is_seen_in_every_copy()
    {
        var ana = _here.Open(_tenant, _conversation, _ana);
        var again = _here.Open(_tenant, _conversation, _ana);
        var bia = _there.Open(_tenant, _conversation, _bia);

        Both().ShouldBe([(_ana, Doing.Viewing), (_bia, Doing.Viewing)]);
        again.Dispose();
        again.Dispose();
        Both().Count.ShouldBe(2, "one of her windows is still open");
        ana.Dispose();
        Both().ShouldBe([(_bia, Doing.Viewing)]);
        bia.Dispose();
        _here.Of(_tenant).ShouldBeSameAs(WatchedConversations.None);
        _here.Of(Id.New<TenantId>(DateTimeOffset.UtcNow)).In(_conversation).ShouldBeEmpty();
    }

    [Fact]
    public void Typing_fades_everywhere_without_a_word_and_the_first_one_to_type_holds_the_answer()
    {
        using var ana = _here.Open(_tenant, _conversation, _ana);
        using var bia = _there.Open(_tenant, _conversation, _bia);

        bia.Type();
        _time.Advance(TimeSpan.FromSeconds(3));
        ana.Type();
        Both().ShouldBe([(_ana, Doing.Typing), (_bia, Doing.Typing)]);
        Holders().ShouldBe([_bia, _bia]);

        Pass(seconds: 4);
        Both().ShouldBe([(_ana, Doing.Typing), (_bia, Doing.Viewing)]);
        Holders().ShouldBe([_ana, _ana]);
        Pass(seconds: 4);
        Holders().ShouldBe([null, null]);
    }

    [Fact]
    public void Who_takes_the_answer_has_it_until_it_is_sent_or_long_left_lying()
    {
        using var ana = _here.Open(_tenant, _conversation, _ana);
        using var bia = _there.Open(_tenant, _conversation, _bia);
        bia.Type();

        ana.Take();
        bia.Type();
        Holders().ShouldBe([_ana, _ana]);
        ana.Type();
        Pass(seconds: 100);
        Holders().ShouldBe([_ana, _ana], "beats do not end it");
        ana.Answered();
        Holders().ShouldBe([null, null]);

        bia.Take();
        Pass(seconds: 119);
        Holders().ShouldBe([_bia, _bia]);
        Pass(seconds: 2);
        Holders().ShouldBe([null, null]);
    }

    [Fact]
    public void Copy_that_dies_is_forgotten_and_one_that_lives_is_not()
    {
        using var ana = _here.Open(_tenant, _conversation, _ana);
        using var bia = _there.Open(_tenant, _conversation, _bia);

        _cut = true;
        Pass(seconds: 49);
        Seen(_here).Count.ShouldBe(2);
        Pass(seconds: 2);
        Seen(_here).ShouldBe([(_ana, Doing.Viewing)]);
        _cut = false;
        Pass(seconds: 20);
        Both().Count.ShouldBe(2, "it says again what is so");
    }

    [Fact]
    public void What_is_shown_is_the_same_object_until_it_is_different()
    {
        using var ana = _here.Open(_tenant, _conversation, _ana);
        var before = _here.Of(_tenant);

        Pass(seconds: 40);
        _here.Of(_tenant).ShouldBeSameAs(before);
        ana.Type();
        _here.Of(_tenant).ShouldNotBeSameAs(before);
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _here.Tick();
            _there.Tick();
        }
    }

    private void Carry(ConsoleEvent e, EventHub to)
    {
        if (!_cut)
        {
            EventNotice.Parse(EventNotice.Of(Guid.NewGuid(), _tenant, [e]).ToJson())!.Decode().ToList().ForEach(to.Deliver);
        }
    }

    private List<(UserId, Doing)> Both()
    {
        Seen(_there).ShouldBe(Seen(_here));
        return Seen(_here);
    }

    private List<(UserId, Doing)> Seen(Watchers copy) =>
        [.. copy.Of(_tenant).In(_conversation).OrderBy(c => c.User == _bia).Select(c => (c.User, c.Doing))];

    private List<UserId?> Holders() =>
        [.. new[] { _here, _there }.Select(w => w.Guard(_tenant, _conversation, TimeSpan.Zero).Holder?.User)];
}
