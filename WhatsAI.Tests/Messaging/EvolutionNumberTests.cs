using Microsoft.AspNetCore.Http;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Tests.Messaging;

/// <summary>What each call about a server or a number sends, and what it makes of the answers a real server gave.</summary>
public sealed class EvolutionNumberTests : StubbedGateway
{
    [Fact]
    public async Task Probe_tells_version_and_good_key()
    {
        Stub.Replay("00-root");

        (await Gateway.ProbeAsync(Stub.At, Ct)).ShouldBe(new GatewayProbe("2.3.6", KeyValid: true, Known: true));
        Stub.Requests.Select(request => request.Key).ShouldBe([null, "SERVER-KEY"]);
        Stub.Last.Path.ShouldBe("/verify-creds");
    }

    [Fact]
    public async Task Probe_with_a_wrong_key_says_so()
    {
        Stub.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/" ? 200 : 401;
            return context.Response.WriteAsync("""{"version":"2.4.1","message":"Welcome to the Evolution API, it is working!"}""");
        };

        (await Gateway.ProbeAsync(Stub.At, Ct)).ShouldBe(new GatewayProbe("2.4.1", KeyValid: false, Known: true));
    }

    [Fact]
    public async Task Probe_of_something_else_is_noGateway()
    {
        Stub.Reply(200, """{"version":"1.0","message":"hello"}""");

        (await Should.ThrowAsync<GatewayException>(() => Gateway.ProbeAsync(Stub.At, Ct))).Failure.ShouldBe(GatewayFailure.NotAGateway);
    }

    [Fact]
    public async Task Create_uses_the_server_key_and_brings_its_webhook()
    {
        Stub.Replay("50-baileys-create-qrcode");
        var hook = new GatewayWebhook(new Uri("https://console.example/hooks/evolution/r1"), "S3CRET");

        var created = await Gateway.CreateAsync(Stub.At, new NewInstance("T1", new GatewaySettings(RejectCalls: true), hook), Ct);

        created.ShouldBe(new CreatedInstance("B811B05A-E973-402A-AB9B-0631799D7C21", null));
        Stub.Last.Key.ShouldBe("SERVER-KEY");
        var sent = Stub.Last.Json;
        ((string)sent["instanceName"]!).ShouldBe("loja3");
        ((string)sent["token"]!).ShouldBe("T1");
        ((bool)sent["rejectCall"]!).ShouldBeTrue();
        ((bool)sent["groupsIgnore"]!).ShouldBeFalse();
        ((bool)sent["webhook"]!["base64"]!).ShouldBeFalse();
        ((string)sent["webhook"]!["headers"]![GatewayWebhook.SecretHeader]!).ShouldBe("S3CRET");
        sent["webhook"]!["events"]!.AsArray().Select(name => (string)name!).ShouldContain("GROUPS_UPDATE");
    }

    [Fact]
    public async Task Create_with_a_number_gives_code_picture_and_pairing_code()
    {
        Stub.Reply(
            201,
            """{"instance":{},"hash":{"apikey":"H"},"qrcode":{"pairingCode":"ABCD1234","code":"2@x","base64":"data:image/png;base64,AA==","count":1}}"""
        );
        var hook = new GatewayWebhook(new Uri("https://x/"), "s");

        var created = await Gateway.CreateAsync(Stub.At, new NewInstance("T", new(), hook, PhoneNumber.Parse("11988880003")), Ct);

        created.ShouldBe(new CreatedInstance("H", new PairingOffer("2@x", "data:image/png;base64,AA==", "ABCD1234")));
        ((string)Stub.Last.Json["number"]!).ShouldBe("5511988880003");
    }

    [Theory]
    [InlineData("16-connect-evo", true)]
    [InlineData("52-baileys-connect", false)]
    [InlineData("46-evo-connect-after-logout", false)]
    public async Task Connect_says_whether_there_is_something_to_scan(string name, bool open)
    {
        Stub.Replay(name);

        (await Gateway.ConnectAsync(Stub.At, null, Ct)).ShouldBe(new ConnectAnswer(open, null));
    }

    [Fact]
    public async Task Connect_with_a_number_asks_for_a_pairing_code()
    {
        Stub.Reply(200, """{"pairingCode":"ABCD1234","code":"2@x","base64":"javascript:alert(1)","count":1}""");

        var answer = await Gateway.ConnectAsync(Stub.At, PhoneNumber.Parse("+5511988880003"), Ct);

        answer.Offer.ShouldBe(new PairingOffer("2@x", null, "ABCD1234"));
        Stub.Last.Path.ShouldBe("/instance/connect/loja3?number=5511988880003");
        Stub.Last.Key.ShouldBe("INSTANCE-TOKEN");
    }

    [Theory]
    [InlineData("11-connectionState-evo", LinkState.Open)]
    [InlineData("51-baileys-connectionState", LinkState.Closed)]
    public async Task State_is_the_live_one(string name, LinkState state)
    {
        Stub.Replay(name);

        (await Gateway.StateAsync(Stub.At, Ct)).ShouldBe(state);
    }

    [Fact]
    public async Task Restart_of_a_closed_link_answers_200_and_is_not_connected()
    {
        Stub.Replay("63-baileys-restart-post");

        (await Should.ThrowAsync<GatewayException>(() => Gateway.RestartAsync(Stub.At, Ct))).Failure.ShouldBe(GatewayFailure.NotConnected);
        Stub.Last.Method.ShouldBe("POST");
    }

    [Theory]
    [InlineData("42-evo-logout")]
    [InlineData("45-evo-logout-again")]
    public async Task LogOut_ends_logged_out_either_way(string name)
    {
        Stub.Replay(name);

        await Gateway.LogOutAsync(Stub.At, Ct);

        (Stub.Last.Method, Stub.Last.Path).ShouldBe(("DELETE", "/instance/logout/loja3"));
    }

    [Theory]
    [InlineData("66-baileys-delete")]
    [InlineData("68-delete-missing")]
    public async Task Delete_ends_deleted_either_way(string name)
    {
        Stub.Replay(name);

        await Gateway.DeleteAsync(Stub.At, Ct);

        Stub.Last.Key.ShouldBe("SERVER-KEY");
    }

    [Fact]
    public async Task Settings_and_webhook_are_sent_whole()
    {
        Stub.Reply(201, "{}");

        await Gateway.ApplySettingsAsync(Stub.At, new GatewaySettings(AlwaysOnline: true), Ct);
        await Gateway.SetWebhookAsync(Stub.At, new GatewayWebhook(new Uri("https://x/h"), "s"), Ct);

        Stub.Requests[0]
            .Json.AsObject()
            .Select(pair => pair.Key)
            .ShouldBe(["rejectCall", "msgCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory"]);
        var events = Stub.Last.Json["webhook"]!["events"]!.AsArray().Select(name => (string)name!).ToList();
        events.ShouldContain("MESSAGES_UPSERT");
        events.ShouldNotContain("GROUPS_UPDATE");
    }
}
