using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Messaging;

public sealed class ReplyLeaseTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);
    private readonly UserId _me = Id.New<UserId>(_now);
    private readonly UserId _bia = Id.New<UserId>(_now);
    private readonly UserId _caio = Id.New<UserId>(_now);

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void Colleagues_answer_is_news_for_half_a_minute(int secondsAgo, bool asks) =>
        Check("oi", answers: Answer(_bia, secondsAgo, "bom dia")).ShouldBe(asks ? new Collision.Answered(_bia, Ago(secondsAgo)) : null);

    [Fact]
    public void Own_answer_is_no_news() => Check("oi", answers: Answer(_me, 5, "bom dia")).ShouldBeNull();

    [Fact]
    public void What_waited_for_a_lost_link_meets_all_that_was_answered_meanwhile()
    {
        Check("oi", waited: 600, answers: Answer(_bia, 629, "bom dia")).ShouldBe(new Collision.Answered(_bia, Ago(629)));
        Check("oi", waited: 600, answers: Answer(_bia, 630, "bom dia")).ShouldBeNull();
        Check("oi", waited: -600, answers: Answer(_bia, 30, "bom dia")).ShouldBeNull();
    }

    [Theory]
    [InlineData(59, "Bom  DIA", true)]
    [InlineData(60, "bom dia", false)]
    [InlineData(5, "bom dia!", false)]
    public void Same_words_are_a_slip_for_a_minute_whoever_sent_them(int secondsAgo, string text, bool asks)
    {
        Check(text, answers: Answer(_me, secondsAgo, "bom dia")).ShouldBe(asks ? new Collision.Same(_me, Ago(secondsAgo)) : null);
        (Check(text, answers: Answer(_bia, secondsAgo, "bom dia")) is Collision.Same).ShouldBe(asks);
    }

    [Fact]
    public void Files_without_words_are_never_the_same() => Check("", answers: Answer(_me, 1, "")).ShouldBeNull();

    [Fact]
    public void Latest_answer_is_named() =>
        Check("oi", 0, null, new RecentAnswer(_caio, Ago(20), "a"), new RecentAnswer(_bia, Ago(3), "b"))
            .ShouldBe(new Collision.Answered(_bia, Ago(3)));

    [Fact]
    public void Who_answers_now_is_asked_about_by_the_others_only()
    {
        Check("oi", holder: new Colleague(_bia, Doing.Typing, Ago(9))).ShouldBe(new Collision.Answering(_bia, HasSaidSo: false));
        Check("oi", holder: new Colleague(_bia, Doing.Took, Ago(9))).ShouldBe(new Collision.Answering(_bia, HasSaidSo: true));
        Check("oi", holder: new Colleague(_me, Doing.Typing, Ago(9))).ShouldBeNull();
    }

    [Fact]
    public void First_to_type_answers_unless_somebody_takes_it()
    {
        var (looks, first, second) = (Of(_me, Doing.Viewing, 90), Of(_bia, Doing.Typing, 20), Of(_caio, Doing.Typing, 10));

        ReplyLease.Holder([looks]).ShouldBeNull();
        ReplyLease.Holder([looks, second, first]).ShouldBe(first);
        ReplyLease.Holder([first, Of(_me, Doing.Took, 30), Of(_caio, Doing.Took, 5)])!.User.ShouldBe(_caio);
    }

    [Fact]
    public void Answers_are_read_from_as_far_back_as_matters()
    {
        ReplyLease.Since(_now, TimeSpan.Zero).ShouldBe(Ago(60));
        ReplyLease.Since(_now, TimeSpan.FromMinutes(10)).ShouldBe(Ago(630));
        ReplyLease.Since(_now, TimeSpan.MaxValue).ShouldBe(_now - ReplyLease.LongestWait - ReplyLease.AnsweredFor);
    }

    private Collision? Check(string text, double waited = 0, Colleague? holder = null, params RecentAnswer[] answers) =>
        ReplyLease.Check(_me, text, TimeSpan.FromSeconds(waited), answers, holder, _now);

    private static Colleague Of(UserId user, Doing doing, int secondsAgo) => new(user, doing, Ago(secondsAgo));

    private static RecentAnswer[] Answer(UserId by, int secondsAgo, string text) => [new RecentAnswer(by, Ago(secondsAgo), text)];

    private static DateTimeOffset Ago(int seconds) => _now.AddSeconds(-seconds);
}
