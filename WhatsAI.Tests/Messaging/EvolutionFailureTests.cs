using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>Every way to fail, seen through a send: which failure it is, and whether the message surely did not go out.</summary>
public sealed class EvolutionFailureTests : StubbedGateway
{
    private static readonly Jid Ana = Jid.Parse("5511977770001@s.whatsapp.net");

    [Theory]
    [InlineData("01-create-nokey", GatewayFailure.Unauthorized, true)]
    [InlineData("06-create-duplicate", GatewayFailure.NameTaken, true)]
    [InlineData("12-connectionState-missing", GatewayFailure.UnknownInstance, true)]
    [InlineData("14-connectionState-badkey", GatewayFailure.Unauthorized, true)]
    [InlineData("25-evo-sendText-missing-text", GatewayFailure.Rejected, true)]
    [InlineData("27-evo-sendText-number-as-int", GatewayFailure.Rejected, true)]
    [InlineData("30-evo-sendMedia-bad", GatewayFailure.Rejected, true)]
    [InlineData("31-evo-sendAudio", GatewayFailure.Unclear, false)]
    [InlineData("33-evo-sendReaction", GatewayFailure.NotSupported, true)]
    [InlineData("40-evo-whatsappNumbers", GatewayFailure.NotSupported, true)]
    [InlineData("45-evo-logout-again", GatewayFailure.NotConnected, true)]
    [InlineData("54-baileys-sendText-notopen", GatewayFailure.NotConnected, false)]
    [InlineData("55-baileys-whatsappNumbers-notopen", GatewayFailure.NotConnected, false)]
    [InlineData("59-baileys-setPresence-notopen", GatewayFailure.Rejected, false)]
    [InlineData("61-baileys-restart", GatewayFailure.NotSupported, true)]
    [InlineData("63-baileys-restart-post", GatewayFailure.Unclear, false)]
    [InlineData("22-evo-inbound-no-number", GatewayFailure.Unclear, false)]
    public async Task Send_answered_as_recorded_fails_as_known(string name, GatewayFailure failure, bool sure)
    {
        Stub.Replay(name);

        (await SendAsync()).ShouldBe((failure, sure));
    }

    [Theory]
    [InlineData(
        400,
        """{"response":{"message":[{"jid":"5511900000000@s.whatsapp.net","exists":false}]}}""",
        GatewayFailure.NumberNotOnWhatsApp,
        true
    )]
    [InlineData(400, """{"response":{"message":["Error: Timed Out"]}}""", GatewayFailure.TimedOut, false)]
    [InlineData(400, """{"response":{"message":["Error: Connection Closed"]}}""", GatewayFailure.NotConnected, false)]
    [InlineData(400, """{"response":{"message":["SessionError: No sessions"]}}""", GatewayFailure.Rejected, false)]
    [InlineData(400, """{"response":{"message":["Error: rate-overlimit"]}}""", GatewayFailure.RateLimited, false)]
    [InlineData(400, "not json", GatewayFailure.Rejected, false)]
    [InlineData(403, """{"response":{"message":"Forbidden"}}""", GatewayFailure.Unauthorized, true)]
    [InlineData(404, "<html>", GatewayFailure.NotAGateway, true)]
    [InlineData(405, "", GatewayFailure.NotSupported, true)]
    [InlineData(408, "", GatewayFailure.Rejected, false)]
    [InlineData(413, "", GatewayFailure.Rejected, true)]
    [InlineData(
        500,
        """{"response":{"message":[{"archived":false,"message":["PrismaClientValidationError"]}]}}""",
        GatewayFailure.Unclear,
        false
    )]
    [InlineData(502, "<html>", GatewayFailure.Unclear, false)]
    [InlineData(503, """{"error":"Service Unavailable"}""", GatewayFailure.Unclear, false)]
    [InlineData(503, """{"code":"LICENSE_REQUIRED","message":"activate"}""", GatewayFailure.LicenceRequired, true)]
    [InlineData(503, """{"error":"LICENSE_REQUIRED"}""", GatewayFailure.LicenceRequired, true)]
    [InlineData(301, "", GatewayFailure.NotAGateway, true)]
    [InlineData(200, "<html>", GatewayFailure.NotAGateway, false)]
    [InlineData(200, """{"error":true,"message":"[object Object]"}""", GatewayFailure.Unclear, false)]
    [InlineData(201, "{}", GatewayFailure.Unclear, false)]
    [InlineData(
        201,
        """{"message":"(#131047) Re-engagement message","type":"OAuthException","code":131047}""",
        GatewayFailure.Rejected,
        true
    )]
    [InlineData(201, """{"message":"x","code":131026}""", GatewayFailure.NumberNotOnWhatsApp, true)]
    [InlineData(201, """{"message":"x","code":130429}""", GatewayFailure.RateLimited, true)]
    [InlineData(201, """{"message":"x","code":190}""", GatewayFailure.Unauthorized, true)]
    public async Task Send_answered_otherwise_fails_as_known(int status, string body, GatewayFailure failure, bool sure)
    {
        Stub.Reply(status, body);

        (await SendAsync()).ShouldBe((failure, sure));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("999999", 3600)]
    [InlineData("soon", null)]
    public async Task Throttle_says_how_long_to_wait_within_reason(string header, int? seconds)
    {
        Stub.Reply(429, "{}", ("Retry-After", header));

        var e = await FailAsync(Gateway);

        e.Failure.ShouldBe(GatewayFailure.RateLimited);
        e.SurelyNotSent.ShouldBeTrue();
        e.RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
    }

    [Fact]
    public async Task Failure_names_the_wrong_field_but_no_number()
    {
        Stub.Reply(400, """{"response":{"message":[["number 5511977770001 is not a string"]]}}""");

        (await FailAsync(Gateway)).Message.ShouldBe("Answered 400: number … is not a string");
    }

    [Fact]
    public async Task Connection_refused_is_unreachable_and_surely_not_sent()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var closed = new Uri($"http://127.0.0.1:{((IPEndPoint)reserved.LocalEndPoint!).Port}");

        (await SendAsync(Stub.At with { Address = closed })).ShouldBe((GatewayFailure.Unreachable, true));
    }

    [Fact]
    public async Task Name_that_does_not_resolve_is_unreachable_and_surely_not_sent() =>
        (await SendAsync(Stub.At with { Address = new Uri("http://gateway.invalid") })).ShouldBe((GatewayFailure.Unreachable, true));

    [Fact]
    public async Task Connection_that_never_opens_is_unreachable_and_surely_not_sent()
    {
        var handler = GuardedHandler.Create(
            async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return Stream.Null;
            }
        );
        handler.ConnectTimeout = TimeSpan.FromMilliseconds(100);
        using var client = new EvolutionGateway(handler);

        var e = await FailAsync(client);

        (e.Failure, e.SurelyNotSent).ShouldBe((GatewayFailure.Unreachable, true));
    }

    [Fact]
    public async Task Connection_the_guard_forbids_is_unreachable_and_surely_not_sent()
    {
        using var client = new EvolutionGateway(GuardedHandler.Create((_, _) => throw new IOException("forbidden")));

        var e = await FailAsync(client);

        (e.Failure, e.SurelyNotSent).ShouldBe((GatewayFailure.Unreachable, true));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    public async Task Address_of_another_scheme_is_refused_before_anything_is_sent(string address) =>
        (await SendAsync(Stub.At with { Address = new Uri(address) })).ShouldBe((GatewayFailure.NotAGateway, true));

    [Fact]
    public async Task No_key_at_all_is_unauthorized_without_a_call()
    {
        (await SendAsync(Stub.At with { ServerKey = null, InstanceToken = null })).ShouldBe((GatewayFailure.Unauthorized, true));

        Stub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Redirect_is_never_followed()
    {
        Stub.Reply(307, "", ("Location", Stub.Address + "elsewhere"));

        (await SendAsync()).ShouldBe((GatewayFailure.NotAGateway, true));
        Stub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Answer_that_does_not_come_is_timed_out_and_in_doubt()
    {
        Stub.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var client = GatewayStub.Client(TimeSpan.FromMilliseconds(300));

        var e = await FailAsync(client);

        (e.Failure, e.SurelyNotSent).ShouldBe((GatewayFailure.TimedOut, false));
    }

    [Fact]
    public async Task Answer_that_stops_in_its_middle_is_timed_out_and_in_doubt()
    {
        Stub.Answer = async context =>
        {
            await context.Response.WriteAsync("{\"key\":");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var client = GatewayStub.Client(TimeSpan.FromMilliseconds(500));

        var e = await FailAsync(client);

        (e.Failure, e.SurelyNotSent).ShouldBe((GatewayFailure.TimedOut, false));
    }

    [Fact]
    public async Task Connection_reset_is_unclear_and_in_doubt()
    {
        Stub.Answer = context =>
        {
            context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
            context.Abort();
            return Task.CompletedTask;
        };

        (await SendAsync()).ShouldBe((GatewayFailure.Unclear, false));
        Stub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Answer_without_end_is_unclear()
    {
        Stub.Answer = async context =>
        {
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
        };

        (await SendAsync()).ShouldBe((GatewayFailure.Unclear, false));
    }

    [Fact]
    public async Task Caller_who_cancels_gets_his_cancellation()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Stub.Answer = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var client = GatewayStub.Client();

        await Should.ThrowAsync<OperationCanceledException>(() => client.SendTextAsync(Stub.At, Ana, "oi", ct: stop.Token));
    }

    [Fact]
    public async Task Too_much_is_refused_here_already()
    {
        using var client = GatewayStub.Client();
        var many = Enumerable.Range(0, 51).Select(i => PhoneNumber.Parse($"+55119777700{i:00}")).ToList();
        var lid = new MessageKey("A", Jid.Parse("222333444555666@lid"), FromMe: false);

        (await Should.ThrowAsync<GatewayException>(() => client.SendTextAsync(Stub.At, Ana, ""))).Failure.ShouldBe(GatewayFailure.Rejected);
        (await Should.ThrowAsync<GatewayException>(() => client.CheckNumbersAsync(Stub.At, many))).Failure.ShouldBe(
            GatewayFailure.Rejected
        );
        (await Should.ThrowAsync<GatewayException>(() => client.MarkReadAsync(Stub.At, [lid]))).Failure.ShouldBe(GatewayFailure.Rejected);
        Stub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Connection_printed_shows_no_key() => Stub.At.ToString().ShouldNotContain("KEY");

    private async Task<(GatewayFailure, bool)> SendAsync(GatewayConnection? at = null)
    {
        var e = await FailAsync(Gateway, at);
        return (e.Failure, e.SurelyNotSent);
    }

    private Task<GatewayException> FailAsync(EvolutionGateway client, GatewayConnection? at = null) =>
        Should.ThrowAsync<GatewayException>(() =>
            client.SendTextAsync(at ?? Stub.At, Ana, "oi", ct: TestContext.Current.CancellationToken)
        );
}
