using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class DeliveryStateTests
{
    private static readonly DeliveryState[] News =
    [
        DeliveryState.Sending,
        DeliveryState.Unconfirmed,
        DeliveryState.Sent,
        DeliveryState.Delivered,
        DeliveryState.Read,
        DeliveryState.Played,
        DeliveryState.Failed,
    ];

    [Theory]
    [InlineData(DeliveryState.Queued, DeliveryState.Sending, DeliveryState.Sending)]
    [InlineData(DeliveryState.Sending, DeliveryState.Unconfirmed, DeliveryState.Unconfirmed)]
    [InlineData(DeliveryState.Unconfirmed, DeliveryState.Sending, DeliveryState.Unconfirmed)]
    [InlineData(DeliveryState.Unconfirmed, DeliveryState.Sent, DeliveryState.Sent)]
    [InlineData(DeliveryState.Sent, DeliveryState.Unconfirmed, DeliveryState.Sent)]
    [InlineData(DeliveryState.Sent, DeliveryState.Failed, DeliveryState.Failed)]
    [InlineData(DeliveryState.Failed, DeliveryState.Sent, DeliveryState.Failed)]
    [InlineData(DeliveryState.Failed, DeliveryState.Delivered, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Failed, DeliveryState.Delivered)]
    [InlineData(DeliveryState.Read, DeliveryState.Delivered, DeliveryState.Read)]
    [InlineData(DeliveryState.Read, DeliveryState.Played, DeliveryState.Played)]
    [InlineData(DeliveryState.Played, DeliveryState.Read, DeliveryState.Played)]
    [InlineData(DeliveryState.Queued, DeliveryState.Skipped, DeliveryState.Skipped)]
    [InlineData(DeliveryState.Sending, DeliveryState.Skipped, DeliveryState.Sending)]
    [InlineData(DeliveryState.Skipped, DeliveryState.Read, DeliveryState.Skipped)]
    public void Advance_moves_only_forward(DeliveryState current, DeliveryState incoming, DeliveryState expected) =>
        DeliveryStates.Advance(current, incoming).ShouldBe(expected);

    [Fact]
    public void Advance_gives_the_same_in_any_order_and_however_often() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Elements(News).ListOf().SelectMany(news => Gen.Shuffle(news.Concat(news)).Select(mixed => (news, mixed))).ToArbitrary(),
                pair =>
                    pair.news.Aggregate(DeliveryState.Sending, DeliveryStates.Advance)
                    == pair.mixed.Aggregate(DeliveryState.Sending, DeliveryStates.Advance)
            )
        );

    [Theory]
    [InlineData(DeliveryState.Unconfirmed, false)]
    [InlineData(DeliveryState.Sending, false)]
    [InlineData(DeliveryState.Failed, true)]
    [InlineData(DeliveryState.Skipped, true)]
    public void IsSettled_is_what_no_machine_waits_for(DeliveryState state, bool settled) => state.IsSettled().ShouldBe(settled);
}
