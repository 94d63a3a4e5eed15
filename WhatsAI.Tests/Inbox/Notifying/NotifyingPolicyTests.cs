using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notifying;

namespace WhatsAI.Tests.Inbox.Notifying;

public sealed class NotifyingPolicyTests
{
    // A Saturday, 15:00 in São Paulo.
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);
    private static readonly UserId _me = Id.New<UserId>(_now);
    private static readonly UserId _other = Id.New<UserId>(_now);
    private static readonly TeamId _mine = new(Guid.NewGuid());
    private static readonly TeamId _theirs = new(Guid.NewGuid());
    private static readonly QuietHours _weekend = new([QuietSpan.Whole(DayOfWeek.Saturday)], "America/Sao_Paulo");

    [Fact]
    public void Message_in_ones_own_conversation_is_told_and_in_a_colleagues_is_not()
    {
        Rule(Wrote(_me)).ShouldBe(NotifyingRules.Mine);
        Rule(Wrote(_me, kind: ConversationKind.Group)).ShouldBe(NotifyingRules.Mine);
        Rule(Wrote(_other)).ShouldBe(NotifyingRules.None);
        Rule(Wrote(_other, _mine), teams: [_mine]).ShouldBe(NotifyingRules.None);
    }

    [Fact]
    public void Message_that_nobody_has_is_told_to_its_team_and_to_who_is_in_none()
    {
        Rule(Wrote(null, _mine), teams: [_mine]).ShouldBe(NotifyingRules.Unassigned);
        Rule(Wrote(null, _theirs), teams: [_mine]).ShouldBe(NotifyingRules.None);
        Rule(Wrote(null), teams: [_mine]).ShouldBe(NotifyingRules.Unassigned);
        Rule(Wrote(null, _theirs)).ShouldBe(NotifyingRules.Unassigned);
        Rule(Wrote(null, kind: ConversationKind.Group)).ShouldBe(NotifyingRules.None);
    }

    [Theory]
    [InlineData(Presence.Away)]
    [InlineData(Presence.Offline)]
    public void Who_says_that_he_is_away_hears_of_nothing_new_but_of_what_is_his(Presence presence)
    {
        Rule(Wrote(null), presence: presence).ShouldBe(NotifyingRules.None);
        Rule(Wrote(_me), presence: presence).ShouldBe(NotifyingRules.Mine);
        Rule(new BellRang(_me, NoticeKind.Mentioned), presence: presence).ShouldBe(NotifyingRules.Mentioned);
    }

    [Fact]
    public void Bell_is_told_to_whose_it_is()
    {
        Rule(new BellRang(_me, NoticeKind.Mentioned)).ShouldBe(NotifyingRules.Mentioned);
        Rule(new BellRang(_me, NoticeKind.Assigned)).ShouldBe(NotifyingRules.Assigned);
        Rule(new BellRang(_other, NoticeKind.Mentioned)).ShouldBe(NotifyingRules.None);
    }

    [Fact]
    public void Each_rule_is_switched_for_itself_in_sight_and_sound()
    {
        var settings = new NotifyingSettings { Shows = NotifyingRules.Mine, Sounds = NotifyingRules.Mentioned };

        Of(Wrote(_me), settings).ShouldBe(new Telling(NotifyingRules.Mine, Shows: true, Sounds: false));
        Of(new BellRang(_me, NoticeKind.Mentioned), settings).ShouldBe(new Telling(NotifyingRules.Mentioned, Shows: false, Sounds: true));
        Of(new BellRang(_me, NoticeKind.Assigned), settings).IsNothing.ShouldBeTrue();
    }

    [Fact]
    public void Quiet_hours_hold_everything_back_but_mentions_where_they_may_pass()
    {
        var quiet = new NotifyingSettings { Quiet = _weekend };
        var passing = new NotifyingSettings { Quiet = _weekend, MentionsPass = true };

        Of(Wrote(_me), quiet).IsNothing.ShouldBeTrue();
        Of(new BellRang(_me, NoticeKind.Mentioned), quiet).IsNothing.ShouldBeTrue();
        Of(new BellRang(_me, NoticeKind.Mentioned), passing).Rule.ShouldBe(NotifyingRules.Mentioned);
        Of(new BellRang(_me, NoticeKind.Assigned), passing).IsNothing.ShouldBeTrue();
        Of(Wrote(_me), quiet, _now.AddDays(1)).Rule.ShouldBe(NotifyingRules.Mine);
    }

    [Fact]
    public void Text_is_shown_to_whom_asked_for_it_only() =>
        NotifyingSettings.Default(new TenantId(Guid.NewGuid()), _me).ShowsText.ShouldBeFalse();

    [Fact]
    public void Row_is_news_once_for_each_message_and_not_for_what_else_changes_in_it()
    {
        var since = _now.AddMinutes(-5);
        var known = new Known(_now, 2);

        NotifyingPolicy.IsNews(_now, 1, null, since, _now).ShouldBeTrue();
        NotifyingPolicy.IsNews(_now, 2, known, since, _now).ShouldBeFalse();
        NotifyingPolicy.IsNews(_now, 1, known, since, _now).ShouldBeFalse();
        NotifyingPolicy.IsNews(_now, 3, known, since, _now).ShouldBeTrue("a second message of the same second");
        NotifyingPolicy.IsNews(_now.AddSeconds(1), 1, known, since, _now.AddSeconds(1)).ShouldBeTrue();
        NotifyingPolicy.IsNews(since.AddMinutes(-1), 1, null, since, _now).ShouldBeFalse("it was there before anybody listened");
        NotifyingPolicy.IsNews(_now, 1, null, since, _now.AddMinutes(11)).ShouldBeFalse("a gap that was filled");
    }

    [Fact]
    public void Conversation_is_told_of_once_by_what_weighs_most()
    {
        var (one, two) = (new ConversationId(Guid.NewGuid()), new ConversationId(Guid.NewGuid()));
        NewsItem Item(ConversationId id, NotifyingRules rule, bool sounds, int unread) =>
            new(id, new Telling(rule, Shows: true, sounds), "Rita", null, unread);

        var told = NewsItem.Bundle([
            Item(one, NotifyingRules.Mine, true, 1),
            Item(one, NotifyingRules.Mentioned, false, 0),
            Item(two, NotifyingRules.Mine, false, 1),
            Item(two, NotifyingRules.Mine, false, 3),
        ]);

        told.Select(i => (i.ConversationId, i.Telling.Rule, i.Telling.Sounds, i.Unread))
            .ShouldBe([(one, NotifyingRules.Mentioned, true, 0), (two, NotifyingRules.Mine, false, 3)]);
    }

    [Fact]
    public void What_a_customer_calls_himself_is_one_plain_line()
    {
        NewsLine.Of("Rita\n\u202Eevil\u202C\u200B \t Lima").ShouldBe("Rita evil Lima");
        NewsLine.Of(" \u200F ").ShouldBeNull();
        NewsLine.Of(new string('a', 400))!.Length.ShouldBe(NewsLine.MaxLength);
        NewsLine.Of(string.Concat(Enumerable.Repeat("😀", 200)))!.ShouldEndWith("😀…");
    }

    private static CustomerWrote Wrote(UserId? assignee, TeamId? team = null, ConversationKind kind = ConversationKind.Person) =>
        new(kind, assignee, team);

    private static NotifyingRules Rule(News news, TeamId[]? teams = null, Presence presence = Presence.Online) =>
        NotifyingPolicy.Of(news, new Listener(_me, (teams ?? []).ToHashSet(), presence, new NotifyingSettings()), _now).Rule;

    private static Telling Of(News news, NotifyingSettings settings, DateTimeOffset? at = null) =>
        NotifyingPolicy.Of(news, new Listener(_me, new HashSet<TeamId>(), Presence.Online, settings), at ?? _now);
}
