using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using static WhatsAI.Tests.Contacts.ContactSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Campaigns.Recipients;

public sealed class RecipientTests
{
    private static readonly CampaignId _first = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly CampaignId _second = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));

    [Theory]
    [InlineData(RecipientState.Sent, RecipientState.Delivered, RecipientState.Delivered)]
    [InlineData(RecipientState.Read, RecipientState.Delivered, RecipientState.Read)]
    [InlineData(RecipientState.Failed, RecipientState.Sent, RecipientState.Failed)]
    [InlineData(RecipientState.Failed, RecipientState.Delivered, RecipientState.Delivered)]
    [InlineData(RecipientState.Delivered, RecipientState.Failed, RecipientState.Delivered)]
    [InlineData(RecipientState.Unconfirmed, RecipientState.Replied, RecipientState.Replied)]
    [InlineData(RecipientState.Queued, RecipientState.Skipped, RecipientState.Skipped)]
    [InlineData(RecipientState.Planned, RecipientState.Skipped, RecipientState.Skipped)]
    [InlineData(RecipientState.Sending, RecipientState.Skipped, RecipientState.Sending)]
    [InlineData(RecipientState.Skipped, RecipientState.Replied, RecipientState.Skipped)]
    public void State_moves_only_forward(RecipientState current, RecipientState news, RecipientState expected) =>
        RecipientStates.Advance(current, news).ShouldBe(expected);

    [Fact]
    public void News_in_any_order_end_in_the_same_state()
    {
        var news = Enum.GetValues<RecipientState>().Where(s => s != RecipientState.Skipped).ToArray();
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                Gen.Elements(news).ArrayOf().ToArbitrary(),
                seen =>
                    seen.Aggregate(RecipientState.Planned, RecipientStates.Advance)
                        .ShouldBe(seen.Reverse().Concat(seen).Aggregate(RecipientState.Planned, RecipientStates.Advance))
            )
        );
    }

    [Fact]
    public void Recipient_and_ledger_never_disagree()
    {
        foreach (var current in Enum.GetValues<DeliveryState>())
        {
            foreach (var news in Enum.GetValues<DeliveryState>())
            {
                RecipientStates
                    .Advance(RecipientStates.Of(current), RecipientStates.Of(news))
                    .ShouldBe(RecipientStates.Of(DeliveryStates.Advance(current, news)), $"{current}, {news}");
            }
        }
    }

    [Fact]
    public void Campaign_waits_for_nobody_whose_message_is_in_doubt()
    {
        Enum.GetValues<RecipientState>()
            .Where(s => s.IsOpen())
            .ShouldBe([RecipientState.Planned, RecipientState.Queued, RecipientState.Sending]);
        RecipientState.Unconfirmed.MayHaveGone().ShouldBeTrue();
        RecipientState.Failed.MayHaveGone().ShouldBeFalse();
    }

    [Fact]
    public void Answer_counts_for_the_last_campaign_before_it_within_its_days()
    {
        AnswerableMessage[] messages =
        [
            new(_first, Now, 3, RecipientState.Read),
            new(_second, Now.AddHours(5), 1, RecipientState.Sent),
            new(_second, Now.AddHours(6), 3, RecipientState.Failed),
        ];

        ReplyRule.Answers(messages, Now.AddHours(1), isOptOut: false).ShouldBe(_first);
        ReplyRule.Answers(messages, Now.AddHours(7), isOptOut: false).ShouldBe(_second);
        ReplyRule.Answers(messages, Now.AddDays(2), isOptOut: false).ShouldBe(_first, "the second one's day is over");
        ReplyRule.Answers(messages, Now.AddDays(3), isOptOut: false).ShouldBe(_first, "to the last moment");
        ReplyRule.Answers(messages, Now.AddDays(3).AddSeconds(1), isOptOut: false).ShouldBeNull();
        ReplyRule.Answers(messages, Now.AddSeconds(-1), isOptOut: false).ShouldBeNull();
    }

    [Fact]
    public void Opt_out_is_no_answer_and_counts_against_the_same_campaign()
    {
        AnswerableMessage[] messages = [new(_first, Now, 3, RecipientState.Delivered)];

        ReplyRule.Answers(messages, Now.AddHours(1), isOptOut: true).ShouldBeNull();
        ReplyRule.LastBefore(messages, Now.AddHours(1)).ShouldBe(_first);
    }

    [Theory]
    [InlineData("2026-11-21T20:00", true)]
    [InlineData("2026-11-20T10:00", false)]
    [InlineData("2026-11-20T10:00 2026-11-19T10:00 2026-11-15T23:59", true)]
    [InlineData("2026-11-20T10:00 2026-11-19T10:00 2026-11-14T23:59", false)]
    public void Person_gets_one_a_day_and_three_a_week(string sent, bool isOver)
    {
        var before = sent.Split(' ').Select(s => At(s, SaoPaulo));

        new PersonCap().Allows(before, At("2026-11-21T21:00", SaoPaulo), SaoPaulo).ShouldBe(!isOver);
    }

    [Fact]
    public void Day_is_the_companys_not_that_of_UTC()
    {
        // 22:30 of the 20th in São Paulo, which is the 21st in UTC.
        var sent = new[] { new DateTimeOffset(2026, 11, 21, 1, 30, 0, TimeSpan.Zero) };

        new PersonCap().Allows(sent, At("2026-11-21T09:00", SaoPaulo), SaoPaulo).ShouldBeTrue();
        new PersonCap().Allows(sent, At("2026-11-20T23:00", SaoPaulo), SaoPaulo).ShouldBeFalse();
    }

    [Fact]
    public void Person_is_free_again_when_the_oldest_of_the_week_is_seven_days_old() =>
        new PersonCap()
            .FreeOn(
                [At("2026-11-16T10:00", SaoPaulo), At("2026-11-18T10:00", SaoPaulo), At("2026-11-20T10:00", SaoPaulo)],
                At("2026-11-20T11:00", SaoPaulo),
                SaoPaulo
            )
            .ShouldBe(new DateOnly(2026, 11, 23));

    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 7)]
    [InlineData(1, 8)]
    [InlineData(3, 2)]
    public void Cap_that_protects_nobody_is_refused(int day, int week) =>
        KeyOf(() => new PersonCap(day, week).Checked()).ShouldBe("campaign.person-cap-invalid");
}
