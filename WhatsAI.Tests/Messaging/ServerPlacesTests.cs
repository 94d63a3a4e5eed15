using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>How many calls a server may hold, and who waits for a place.</summary>
public sealed class ServerPlacesTests
{
    private static readonly Uri _server = new("http://gateway.example");
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Place_of_a_server_that_answers_goes_to_who_waits_for_it()
    {
        var places = new ServerPlaces(1, _time);
        var first = places.TryTake(_server)!;

        var second = places.TakeAsync(_server, Ct);
        var waits = !second.IsCompleted;
        first.Dispose();

        waits.ShouldBeTrue();
        (await second).ShouldNotBeNull();
        places.TryTake(_server).ShouldBeNull("it was handed over");
        places.TryTake(new Uri("http://other.example")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Nobody_waits_for_a_server_that_has_fallen_silent()
    {
        var places = new ServerPlaces(1, _time);
        places.TryTake(_server);

        var atOnset = places.TakeAsync(_server, Ct);
        _time.Advance(TimeSpan.FromSeconds(1));
        var later = places.TakeAsync(_server, Ct);

        (await atOnset).ShouldBeNull();
        later.IsCompleted.ShouldBeTrue();
        (await later).ShouldBeNull();
    }

    [Fact]
    public async Task Who_gave_up_waiting_takes_no_place_with_him()
    {
        var places = new ServerPlaces(1, _time);
        var first = places.TryTake(_server)!;
        using var stop = new CancellationTokenSource();
        var gone = places.TakeAsync(_server, stop.Token);

        await stop.CancelAsync();
        first.Dispose();

        (await gone).ShouldBeNull();
        places.TryTake(_server).ShouldNotBeNull();
    }
}
