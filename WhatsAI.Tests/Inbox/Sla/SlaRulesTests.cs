using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Inbox.Sla;

/// <summary>Which targets hold, and what starts, stops and moves their clocks.</summary>
public sealed class SlaRulesTests
{
    private static readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    private static readonly TeamId _sales = new(Guid.NewGuid());
    private static readonly TeamId _help = new(Guid.NewGuid());

    // Friday, ten in the morning.
    private static readonly DateTimeOffset _ten = new(2026, 11, 20, 13, 0, 0, TimeSpan.Zero);

    private static readonly BusinessHours _office = new(
        new[] { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday }.SelectMany(d =>
            OpenSpans.Parse(d, "08:00-18:00")
        )
    );

    private static readonly SlaRules _rules = new(
        [
            new(null, null, Times(60, 30, 600)),
            new(null, ConversationPriority.Urgent, Times(10, 5, 60)),
            new(_sales, null, Times(20, null, 240)),
            new(_sales, ConversationPriority.Urgent, Times(4, null, null)),
        ],
        new Dictionary<TeamId, BusinessHours> { [_sales] = _office },
        _zone
    );

    [Fact]
    public void Most_particular_targets_hold_as_a_whole()
    {
        _rules.Of(null, ConversationPriority.Normal).ShouldBe(Times(60, 30, 600));
        _rules.Of(_help, ConversationPriority.Low).ShouldBe(Times(60, 30, 600));
        _rules.Of(_help, ConversationPriority.Urgent).ShouldBe(Times(10, 5, 60));
        _rules.Of(_sales, ConversationPriority.High).ShouldBe(Times(20, null, 240));
        _rules.Of(_sales, ConversationPriority.Urgent).ShouldBe(Times(4, null, null), "no next response of the team's, nor of everybody's");
        SlaRules.None.Of(_sales, ConversationPriority.Urgent).ShouldBe(SlaTimes.None);
    }

    [Fact]
    public void First_response_runs_from_the_first_message_and_a_second_one_does_not_lengthen_it()
    {
        var opened = Opened();
        var again = _rules.Move(opened, opened, _ten.AddMinutes(20));

        opened.Sla!.Reply!.At.ShouldBe(_ten.AddMinutes(60));
        again.Sla!.Next.ShouldBe(opened.Sla.Next);
        (again.Sla.Next!.Kind, again.LapseAt).ShouldBe((SlaKind.First, _ten.AddMinutes(60)));
    }

    [Fact]
    public void Answer_stops_the_first_response_and_what_is_written_after_it_starts_the_next()
    {
        var opened = Opened();
        var answered = Answered(opened, _ten.AddMinutes(10));
        answered.Sla!.Reply.ShouldBeNull();
        answered.Sla.Next!.Kind.ShouldBe(SlaKind.Resolution);

        var since = _ten.AddMinutes(15);
        var asked = _rules.Move(answered, answered with { WaitingSince = since }, since);

        (asked.Sla!.ReplyKind, asked.Sla.Reply!.At).ShouldBe((SlaKind.Next, since.AddMinutes(30)));
    }

    [Fact]
    public void Next_episode_begins_with_a_first_response_and_a_whole_resolution()
    {
        var resolved = Resolved(Answered(Opened(), _ten.AddMinutes(10)), _ten.AddMinutes(50));
        var later = _ten.AddHours(30);

        var next = _rules.Move(
            resolved,
            resolved with
            {
                EpisodeId = new EpisodeId(Guid.NewGuid()),
                Status = ConversationStatus.Open,
                WaitingSince = later,
            },
            later
        );

        (next.Sla!.Answered, next.Sla.Used, next.Sla.Reply!.At).ShouldBe((false, TimeSpan.Zero, later.AddMinutes(60)));
        next.Sla.Resolve!.At.ShouldBe(later.AddMinutes(600));
    }

    [Theory]
    [InlineData(ConversationStatus.Pending)]
    [InlineData(ConversationStatus.Snoozed)]
    public void Resolution_stands_while_it_is_set_aside_and_the_answer_owed_does_not(ConversationStatus aside)
    {
        var opened = Opened();
        var away = _rules.Move(opened, opened with { Status = aside }, _ten.AddMinutes(100));
        away.Sla!.Resolve.ShouldBeNull();
        away.Sla.Reply!.At.ShouldBe(_ten.AddMinutes(60));

        var back = _rules.Move(away, away with { Status = ConversationStatus.Open }, _ten.AddMinutes(400));

        back.Sla!.Resolve!.At.ShouldBe(_ten.AddMinutes(400 + 500));
    }

    [Fact]
    public void Resolution_that_is_taken_back_goes_on_where_it_was()
    {
        var opened = Opened();
        var resolved = Resolved(opened, _ten.AddMinutes(30));
        (resolved.Sla!.Next, resolved.AlertAt).ShouldBe((null, null));

        var back = _rules.Move(
            resolved,
            resolved with
            {
                Status = ConversationStatus.Open,
                WaitingSince = opened.WaitingSince,
            },
            _ten.AddMinutes(31)
        );

        back.Sla!.Resolve!.At.ShouldBe(_ten.AddMinutes(601));
        back.Sla.Reply!.At.ShouldBe(_ten.AddMinutes(60));
    }

    [Fact]
    public void Priority_and_team_change_the_targets_and_what_went_by_stays_used()
    {
        var opened = Opened();
        var urgent = _rules.Move(opened, opened with { Priority = ConversationPriority.Urgent }, _ten.AddMinutes(5));
        urgent.Sla!.Reply!.At.ShouldBe(_ten.AddMinutes(10));

        // Given to the sales team at nine in the evening: eleven hours day and night, then its office hours from Monday on.
        var nine = _ten.AddHours(11);
        var sales = _rules.Move(opened, opened with { TeamId = _sales, Priority = ConversationPriority.High }, nine);

        sales.Sla!.Used.ShouldBe(TimeSpan.FromHours(11));
        sales.Sla.Resolve!.At.ShouldBe(nine, "more was used than the team has for it: late at once");
        sales.Sla.Reply!.At.ShouldBe(_ten.AddMinutes(20));
    }

    [Fact]
    public void Closed_hours_of_the_team_do_not_count()
    {
        var late = _ten.AddHours(7.9);
        var head = _rules.Move(null, New() with { TeamId = _sales, WaitingSince = late }, late);

        head.Sla!.Reply!.At.ShouldBe(new DateTimeOffset(2026, 11, 23, 11, 14, 0, TimeSpan.Zero), "Monday, fourteen past eight");
    }

    [Fact]
    public void Lapse_is_told_once_for_a_wait_whatever_the_target_becomes()
    {
        var opened = Opened();
        opened.AlertAt.ShouldBe(_ten.AddMinutes(60));
        var (told, lapsed) = opened.Sla!.Tell(opened.WaitingSince, _ten.AddMinutes(61));
        lapsed.ShouldBe([SlaKind.First]);
        var head = opened with { Sla = told };
        head.AlertAt.ShouldBe(_ten.AddMinutes(600), "the resolution is next");
        told.Tell(head.WaitingSince, _ten.AddMinutes(62)).Lapsed.ShouldBeEmpty();

        var urgent = _rules.Move(head, head with { Priority = ConversationPriority.Urgent }, _ten.AddMinutes(62));
        urgent.Sla!.Tell(urgent.WaitingSince, _ten.AddMinutes(63)).Lapsed.ShouldBe([SlaKind.Resolution]);

        var answered = Answered(head, _ten.AddMinutes(70));
        var asked = _rules.Move(answered, answered with { WaitingSince = _ten.AddMinutes(80) }, _ten.AddMinutes(80));
        asked.Sla!.Tell(asked.WaitingSince, _ten.AddMinutes(111)).Lapsed.ShouldBe([SlaKind.Next]);
    }

    [Fact]
    public void Short_is_the_last_fifth_or_quarter_of_an_hour_and_never_the_first_half()
    {
        Warns(600).ShouldBe(480, "a fifth of ten hours");
        Warns(60).ShouldBe(45, "a quarter of an hour");
        Warns(10).ShouldBe(5, "half");

        static double Warns(int minutes)
        {
            var rules = new SlaRules([new(null, null, Times(minutes, null, null))], new Dictionary<TeamId, BusinessHours>(), _zone);
            return (rules.Move(null, New(), _ten).Sla!.Reply!.WarnAt - _ten).TotalMinutes;
        }
    }

    [Fact]
    public void Resolution_made_while_it_stood_is_measured_as_if_it_ran_on()
    {
        var opened = Opened();
        var away = _rules.Move(opened, opened with { Status = ConversationStatus.Pending }, _ten.AddMinutes(100));
        var much = _ten.AddDays(3);

        _rules.ResolutionDueOf(away, much).ShouldBe(much.AddMinutes(500));
        _rules.ResolutionDueOf(opened, much).ShouldBe(_ten.AddMinutes(600));
        SlaRules.None.ResolutionDueOf(New(), much).ShouldBeNull();
    }

    [Fact]
    public void Groups_and_companies_without_targets_have_no_clocks()
    {
        _rules.Move(null, New() with { Kind = ConversationKind.Group }, _ten).Sla.ShouldBeNull();
        SlaRules.None.Move(Opened(), Opened(), _ten).Sla.ShouldBeNull();
    }

    [Fact]
    public void Conversation_that_had_no_clocks_is_measured_by_its_episode()
    {
        var head = New() with { WaitingSince = _ten };

        var counted = _rules.Again(head, _ten.AddMinutes(-120), answered: true, _ten.AddMinutes(1));

        (counted.Sla!.ReplyKind, counted.Sla.Reply!.At).ShouldBe((SlaKind.Next, _ten.AddMinutes(30)));
        counted.Sla.Resolve!.At.ShouldBe(_ten.AddMinutes(480));
    }

    [Fact]
    public void What_was_late_before_there_was_a_target_is_late_but_nobody_is_told()
    {
        var head = New() with { WaitingSince = _ten };

        var counted = _rules.Again(head, _ten.AddDays(-28), answered: false, _ten.AddDays(1));

        counted.LapseAt.ShouldNotBeNull();
        counted.AlertAt.ShouldBeNull();
        (counted with { WaitingSince = _ten.AddDays(2) }).AlertAt.ShouldNotBeNull("the next wait is told of");
        _rules
            .Again(counted with { Sla = counted.Sla! with { ReplyTold = null } }, _ten, answered: false, _ten.AddDays(1))
            .AlertAt.ShouldNotBeNull("it had clocks");
    }

    [Fact]
    public void Clock_reads_what_it_wrote()
    {
        var clock = Answered(Opened(), _ten.AddMinutes(10)).Sla! with { Used = TimeSpan.FromMinutes(7.5), ReplyTold = _ten };

        SlaClock.Read(SlaClock.Write(clock)).ShouldBe(clock);
        SlaClock.Read("[]").ShouldBeNull();
    }

    private static SlaTimes Times(int? first, int? next, int? resolution) => new(Minutes(first), Minutes(next), Minutes(resolution));

    private static TimeSpan? Minutes(int? minutes) => minutes is { } m ? TimeSpan.FromMinutes(m) : null;

    private static ConversationHead New() =>
        new()
        {
            ConversationId = new ConversationId(Guid.NewGuid()),
            EpisodeId = new EpisodeId(Guid.NewGuid()),
            Status = ConversationStatus.Open,
            WaitingSince = _ten,
        };

    private static ConversationHead Opened() => _rules.Move(null, New(), _ten);

    private static ConversationHead Answered(ConversationHead head, DateTimeOffset at) =>
        _rules.Move(head, head with { WaitingSince = null }, at, answered: true);

    private static ConversationHead Resolved(ConversationHead head, DateTimeOffset at) =>
        _rules.Move(head, head with { Status = ConversationStatus.Resolved, WaitingSince = null }, at);
}
