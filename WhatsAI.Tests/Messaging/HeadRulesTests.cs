using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class HeadRulesTests
{
    private static readonly DateTimeOffset _noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_newest_by_the_providers_time_is_shown_whatever_came_last()
    {
        var messages = new[] { Customer("um", 1), Customer("três", 3), Customer("dois", 2) };

        var head = messages.Aggregate(New(), HeadRules.After);

        (head.LastPreview, head.Unread).ShouldBe(("três", 3));
    }

    [Fact]
    public void The_order_of_arrival_changes_nothing_that_is_shown()
    {
        var messages = Enumerable.Range(1, 6).Select(n => Customer($"m{n}", n)).ToArray();
        var expected = messages.Aggregate(New(), HeadRules.After);

        Prop.ForAll(Gen.Shuffle(messages).ToArbitrary(), shuffled => shuffled.Aggregate(New(), HeadRules.After) == expected)
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(ConversationStatus.Pending)]
    [InlineData(ConversationStatus.Snoozed)]
    [InlineData(ConversationStatus.Resolved)]
    public void A_customers_message_opens_the_conversation(ConversationStatus status) =>
        HeadRules.After(New() with { Status = status }, Customer("oi", 1)).Status.ShouldBe(ConversationStatus.Open);

    [Fact]
    public void History_is_no_news()
    {
        var head = HeadRules.After(New() with { Status = ConversationStatus.Resolved }, Customer("antiga", 1) with { Counts = false });

        (head.Status, head.Unread, head.LastPreview).ShouldBe((ConversationStatus.Resolved, 0, "antiga"));
    }

    [Fact]
    public void An_answer_on_the_phone_clears_unread_but_not_what_was_written_after_it()
    {
        var head = HeadRules.After(New(), Customer("depois", 9));

        HeadRules.After(head, Ours(MessageOrigin.Phone, 5)).Unread.ShouldBe(1);
        HeadRules.After(head, Ours(MessageOrigin.Phone, 9)).Unread.ShouldBe(0);
    }

    [Fact]
    public void Customer_waits_since_his_first_message_that_nobody_answered()
    {
        var waiting = HeadRules.After(HeadRules.After(New(), Customer("dois", 2)), Customer("um", 1));

        waiting.WaitingSince.ShouldBe(_noon.AddMinutes(1));
        HeadRules.After(waiting, Ours(MessageOrigin.Campaign, 3)).WaitingSince.ShouldBe(_noon.AddMinutes(1));
        HeadRules.After(waiting, Ours(MessageOrigin.Agent, 3)).WaitingSince.ShouldBeNull();
    }

    [Fact]
    public void What_a_machine_sends_reads_nothing() =>
        HeadRules.After(HeadRules.After(New(), Customer("oi", 1)), Ours(MessageOrigin.Campaign, 2)).Unread.ShouldBe(1);

    [Fact]
    public void A_preview_is_one_short_line_of_whole_characters()
    {
        HeadRules.Preview(" a\n\n\tb  c ").ShouldBe("a b c");
        var preview = HeadRules.Preview(new string('x', HeadRules.PreviewLength - 1) + "😀😀");
        preview.ShouldBe(new string('x', HeadRules.PreviewLength - 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void A_message_without_words_is_told_from_a_deleted_one(string text) =>
        HeadRules.After(New(), Customer(text, 1)).LastPreview.ShouldBe(" ", "a deleted message's preview is empty");

    private static ConversationHead New() => new() { LastAt = DateTimeOffset.MinValue, Status = ConversationStatus.Open };

    private static HeadMessage Customer(string text, int minute) =>
        new(
            Id.New<MessageId>(_noon.AddMinutes(minute)),
            _noon.AddMinutes(minute),
            MessageDirection.In,
            MessageOrigin.Customer,
            MessageKind.Text,
            text,
            null,
            true
        );

    private static HeadMessage Ours(MessageOrigin origin, int minute) =>
        Customer("resposta", minute) with
        {
            Direction = MessageDirection.Out,
            Origin = origin,
            Delivery = DeliveryState.Sent,
        };
}
