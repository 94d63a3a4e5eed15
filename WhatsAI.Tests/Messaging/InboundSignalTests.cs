using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>Which numbers the inbound workers are told to look at, and how often.</summary>
public sealed class InboundSignalTests
{
    private static readonly TimeSpan _while = TimeSpan.FromMilliseconds(15);
    private readonly InboundSignal _signal = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_webhooks_of_a_number_are_one_look_and_none_that_comes_during_it_is_lost()
    {
        var number = new InstanceId(Guid.CreateVersion7());
        _signal.Raise(number);
        _signal.Raise(number);

        (await _signal.NextAsync(Ct)).ShouldBe(number);
        _signal.Raise(number);
        (await _signal.NextAsync(Ct)).ShouldBe(number);

        _signal.NextAsync(Ct).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Number_that_could_not_be_worked_at_rests_whatever_comes_and_is_looked_at_once_after_it()
    {
        var number = new InstanceId(Guid.CreateVersion7());
        var later = _signal.RaiseLaterAsync(number, _while, _time, Ct);
        _signal.Raise(number);
        _signal.Raise(number);
        var next = _signal.NextAsync(Ct).AsTask();
        next.IsCompleted.ShouldBeFalse();

        _time.Advance(_while);
        await later;

        (await next).ShouldBe(number);
        _signal.NextAsync(Ct).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Other_numbers_do_not_wait_for_one_that_rests()
    {
        _ = _signal.RaiseLaterAsync(new InstanceId(Guid.CreateVersion7()), _while, _time, Ct);
        var other = new InstanceId(Guid.CreateVersion7());
        _signal.Raise(other);

        (await _signal.NextAsync(Ct)).ShouldBe(other);
    }
}
