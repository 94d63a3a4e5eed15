using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class ServerSilenceTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);

    [Fact]
    public void Server_that_answers_nobody_for_half_a_minute_is_silent_since_the_first_call_that_failed() =>
        ServerSilence
            .Of([Proof(1, answered: 90, failed: 31), Proof(1, answered: 80, failed: 60), Proof(2, answered: 5, failed: null)], _now)
            .ShouldBe([new(Server(1), _now.AddSeconds(-60))]);

    [Fact]
    public void One_call_that_failed_is_no_silence_nor_is_one_number_that_fails_beside_another_that_is_answered()
    {
        ServerSilence.Of([Proof(1, answered: 90, failed: 29)], _now).ShouldBeEmpty();
        ServerSilence.Of([Proof(1, answered: 90, failed: 80), Proof(1, answered: 10, failed: null)], _now).ShouldBeEmpty();
        ServerSilence.Of([Proof(1, answered: null, failed: null)], _now).ShouldBeEmpty();
        ServerSilence.Of([Proof(1, answered: null, failed: 40)], _now).ShouldHaveSingleItem();
    }

    private static ServerProof Proof(int server, int? answered, int? failed) =>
        new(Server(server), answered is { } a ? _now.AddSeconds(-a) : null, failed is { } f ? _now.AddSeconds(-f) : null);
}
