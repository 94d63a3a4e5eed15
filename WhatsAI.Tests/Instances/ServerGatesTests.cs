using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

/// <summary>One asks a server that does not answer, ever less often, and the others share what it heard.</summary>
public sealed class ServerGatesTests
{
    private static readonly Uri _server = new("http://evolution.example:8080");
    private readonly ManualTime _time = new();
    private readonly ServerGates _gates;
    private int _asked;

    public ServerGatesTests() => _gates = new ServerGates(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_nobody_complained_of_is_not_asked()
    {
        (await RestAsync(Silent)).ShouldBeNull();

        _asked.ShouldBe(0);
    }

    [Fact]
    public async Task Dead_server_is_asked_by_one_and_ever_less_often()
    {
        var first = _gates.Failed(_server, GatewayFailure.Unreachable);

        (await RestAsync(Silent)).ShouldBe(first);
        _asked.ShouldBe(0, "it rests");
        _time.Advance(first.Wait);
        var second = await RestAsync(Silent);
        (await RestAsync(Silent)).ShouldBe(second);

        _asked.ShouldBe(1);
        second!.Failure.ShouldBe(GatewayFailure.TimedOut);
        second.Wait.ShouldBeGreaterThan(first.Wait);
    }

    [Fact]
    public async Task All_who_come_while_a_suspected_server_is_asked_share_the_answer()
    {
        var answer = new TaskCompletionSource();
        _gates.Suspect(_server);

        var waiting = Enumerable.Range(0, 10).Select(_ => RestAsync(() => answer.Task)).ToList();
        answer.SetException(new GatewayException(GatewayFailure.TimedOut, "silent", surelyNotSent: false));
        var rests = await Task.WhenAll(waiting);

        _asked.ShouldBe(1);
        rests.ShouldAllBe(r => r != null && r.Failure == GatewayFailure.TimedOut);
    }

    [Fact]
    public async Task Suspected_server_that_answers_goes_on_at_once()
    {
        _gates.Suspect(_server);

        (await RestAsync(() => Task.CompletedTask)).ShouldBeNull();
        (await RestAsync(Silent)).ShouldBeNull();

        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task Refusal_is_an_answer()
    {
        _gates.Failed(_server, GatewayFailure.Unreachable);
        _time.Advance(TimeSpan.FromMinutes(1));

        (await RestAsync(() => throw new GatewayException(GatewayFailure.Unauthorized, "no", surelyNotSent: true))).ShouldBeNull();
    }

    [Fact]
    public async Task Caller_that_gives_up_does_not_take_the_answer_from_the_others()
    {
        var answer = new TaskCompletionSource();
        using var gone = new CancellationTokenSource();
        _gates.Suspect(_server);
        var leaving = RestAsync(() => answer.Task, gone.Token);
        var staying = RestAsync(() => answer.Task);

        await gone.CancelAsync();
        answer.SetResult();

        await Should.ThrowAsync<OperationCanceledException>(() => leaving);
        (await staying).ShouldBeNull();
    }

    private static Task Silent() => throw new GatewayException(GatewayFailure.TimedOut, "silent", surelyNotSent: false);

    private Task<ServerRest?> RestAsync(Func<Task> answer, CancellationToken? cancellation = null) =>
        _gates.RestAsync(
            _server,
            () =>
            {
                _asked++;
                return answer();
            },
            cancellation ?? Ct
        );
}
