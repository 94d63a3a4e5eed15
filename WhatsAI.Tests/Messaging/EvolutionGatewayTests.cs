using System.Text;
using Microsoft.AspNetCore.Http;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>What each call sends, and what it makes of the answers a real server gave.</summary>
public sealed class EvolutionGatewayTests : IAsyncLifetime
{
    private const string Taken =
        """{"key":{"remoteJid":"553187654321@s.whatsapp.net","fromMe":true,"id":"3EB0A"},"status":"PENDING","messageTimestamp":1795219573}""";

    private static readonly Jid Ana = Jid.Parse("5511977770001@s.whatsapp.net");
    private static readonly MessageKey Theirs = new("3A6B", Ana, FromMe: false);
    private static readonly MessageKey Ours = new("3EB0", Ana, FromMe: true);

    private readonly EvolutionGateway _gateway = GatewayStub.Client();
    private GatewayStub _stub = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stub = await GatewayStub.StartAsync();

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        return _stub.DisposeAsync();
    }

    [Fact]
    public async Task Probe_tells_version_and_good_key()
    {
        _stub.Replay("00-root");

        (await _gateway.ProbeAsync(_stub.At, Ct)).ShouldBe(new GatewayProbe("2.3.6", KeyValid: true, Known: true));
        _stub.Requests.Select(request => request.Key).ShouldBe([null, "SERVER-KEY"]);
        _stub.Last.Path.ShouldBe("/verify-creds");
    }

    [Fact]
    public async Task Probe_with_a_wrong_key_says_so()
    {
        _stub.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/" ? 200 : 401;
            return context.Response.WriteAsync("""{"version":"2.4.1","message":"Welcome to the Evolution API, it is working!"}""");
        };

        (await _gateway.ProbeAsync(_stub.At, Ct)).ShouldBe(new GatewayProbe("2.4.1", KeyValid: false, Known: true));
    }

    [Fact]
    public async Task Probe_of_something_else_is_no_gateway()
    {
        _stub.Reply(200, """{"version":"1.0","message":"hello"}""");

        (await Should.ThrowAsync<GatewayException>(() => _gateway.ProbeAsync(_stub.At, Ct))).Failure.ShouldBe(GatewayFailure.NotAGateway);
    }

    [Fact]
    public async Task Create_uses_the_server_key_and_brings_its_webhook()
    {
        _stub.Replay("50-baileys-create-qrcode");
        var hook = new GatewayWebhook(new Uri("https://console.example/hooks/evolution/r1"), "S3CRET");

        var created = await _gateway.CreateAsync(_stub.At, new NewInstance("T1", new GatewaySettings(RejectCalls: true), hook), Ct);

        created.ShouldBe(new CreatedInstance("B811B05A-E973-402A-AB9B-0631799D7C21", null));
        _stub.Last.Key.ShouldBe("SERVER-KEY");
        var sent = _stub.Last.Json;
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
        _stub.Reply(
            201,
            """{"instance":{},"hash":{"apikey":"H"},"qrcode":{"pairingCode":"ABCD1234","code":"2@x","base64":"data:image/png;base64,AA==","count":1}}"""
        );
        var hook = new GatewayWebhook(new Uri("https://x/"), "s");

        var created = await _gateway.CreateAsync(_stub.At, new NewInstance("T", new(), hook, PhoneNumber.Parse("11988880003")), Ct);

        created.ShouldBe(new CreatedInstance("H", new PairingOffer("2@x", "data:image/png;base64,AA==", "ABCD1234")));
        ((string)_stub.Last.Json["number"]!).ShouldBe("5511988880003");
    }

    [Theory]
    [InlineData("16-connect-evo", true)]
    [InlineData("52-baileys-connect", false)]
    [InlineData("46-evo-connect-after-logout", false)]
    public async Task Connect_says_whether_there_is_something_to_scan(string name, bool open)
    {
        _stub.Replay(name);

        (await _gateway.ConnectAsync(_stub.At, null, Ct)).ShouldBe(new ConnectAnswer(open, null));
    }

    [Fact]
    public async Task Connect_with_a_number_asks_for_a_pairing_code()
    {
        _stub.Reply(200, """{"pairingCode":"ABCD1234","code":"2@x","base64":"javascript:alert(1)","count":1}""");

        var answer = await _gateway.ConnectAsync(_stub.At, PhoneNumber.Parse("+5511988880003"), Ct);

        answer.Offer.ShouldBe(new PairingOffer("2@x", null, "ABCD1234"));
        _stub.Last.Path.ShouldBe("/instance/connect/loja3?number=5511988880003");
        _stub.Last.Key.ShouldBe("INSTANCE-TOKEN");
    }

    [Theory]
    [InlineData("11-connectionState-evo", LinkState.Open)]
    [InlineData("51-baileys-connectionState", LinkState.Closed)]
    public async Task State_is_the_live_one(string name, LinkState state)
    {
        _stub.Replay(name);

        (await _gateway.StateAsync(_stub.At, Ct)).ShouldBe(state);
    }

    [Fact]
    public async Task Restart_of_a_closed_link_answers_200_and_is_not_connected()
    {
        _stub.Replay("63-baileys-restart-post");

        (await Should.ThrowAsync<GatewayException>(() => _gateway.RestartAsync(_stub.At, Ct))).Failure.ShouldBe(
            GatewayFailure.NotConnected
        );
        _stub.Last.Method.ShouldBe("POST");
    }

    [Theory]
    [InlineData("42-evo-logout")]
    [InlineData("45-evo-logout-again")]
    public async Task LogOut_ends_logged_out_either_way(string name)
    {
        _stub.Replay(name);

        await _gateway.LogOutAsync(_stub.At, Ct);

        (_stub.Last.Method, _stub.Last.Path).ShouldBe(("DELETE", "/instance/logout/loja3"));
    }

    [Theory]
    [InlineData("66-baileys-delete")]
    [InlineData("68-delete-missing")]
    public async Task Delete_ends_deleted_either_way(string name)
    {
        _stub.Replay(name);

        await _gateway.DeleteAsync(_stub.At, Ct);

        _stub.Last.Key.ShouldBe("SERVER-KEY");
    }

    [Fact]
    public async Task Settings_and_webhook_are_sent_whole()
    {
        _stub.Reply(201, "{}");

        await _gateway.ApplySettingsAsync(_stub.At, new GatewaySettings(AlwaysOnline: true), Ct);
        await _gateway.SetWebhookAsync(_stub.At, new GatewayWebhook(new Uri("https://x/h"), "s"), Ct);

        _stub
            .Requests[0]
            .Json.AsObject()
            .Select(pair => pair.Key)
            .ShouldBe(["rejectCall", "msgCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory"]);
        var events = _stub.Last.Json["webhook"]!["events"]!.AsArray().Select(name => (string)name!).ToList();
        events.ShouldContain("MESSAGES_UPSERT");
        events.ShouldNotContain("GROUPS_UPDATE");
    }

    [Fact]
    public async Task SendText_believes_only_the_address_in_the_answer()
    {
        _stub.Reply(201, Taken);

        var sent = await _gateway.SendTextAsync(_stub.At, Ana, "Olá 👍 \"x\"", new Quote("3A6B", "antes"), Ct);

        sent.ShouldBe(new SentMessage("3EB0A", Jid.Parse("553187654321@s.whatsapp.net"), DateTimeOffset.FromUnixTimeSeconds(1795219573)));
        var body = _stub.Last.Json;
        ((string)body["number"]!).ShouldBe("5511977770001@s.whatsapp.net");
        ((string)body["text"]!).ShouldBe("Olá 👍 \"x\"");
        ((string)body["quoted"]!["key"]!["id"]!).ShouldBe("3A6B");
        ((string)body["quoted"]!["message"]!["conversation"]!).ShouldBe("antes");
    }

    [Fact]
    public async Task SendText_in_a_server_below_a_path_keeps_the_path_and_escapes_the_name()
    {
        _stub.Reply(201, Taken);

        await _gateway.SendTextAsync(_stub.At with { Address = new Uri(_stub.Address, "/evo/"), Instance = "a/../b" }, Ana, "x", null, Ct);

        _stub.Last.Path.ShouldStartWith("/evo/message/sendText/a");
        _stub.Last.Path.ShouldNotContain("/../");
    }

    [Fact]
    public async Task SendMedia_uploads_a_form_and_leaves_the_file_open()
    {
        _stub.Reply(201, Taken);
        using var file = new MemoryStream("%PDF-áé"u8.ToArray());

        await _gateway.SendMediaAsync(
            _stub.At,
            Ana,
            new(OutgoingMediaKind.Document, file, "application/pdf", "nota ç.pdf", "segue"),
            null,
            Ct
        );

        _stub.Last.Path.ShouldBe("/message/sendMedia/loja3");
        _stub.Last.ContentType.ShouldNotBeNull().ShouldStartWith("multipart/form-data");
        foreach (var part in new[] { "%PDF-áé", "nota ç.pdf", "segue", "application/pdf", "document", "5511977770001@s.whatsapp.net" })
        {
            _stub.Last.Body.ShouldContain(part);
        }

        file.CanRead.ShouldBeTrue();
    }

    [Theory]
    [InlineData(OutgoingMediaKind.Image, "message/sendMedia", "media", 100_001)]
    [InlineData(OutgoingMediaKind.Voice, "message/sendWhatsAppAudio", "audio", 1)]
    [InlineData(OutgoingMediaKind.Voice, "message/sendWhatsAppAudio", "audio", 0)]
    [InlineData(OutgoingMediaKind.Voice, "message/sendWhatsAppAudio", "audio", 3)]
    public async Task SendMedia_as_an_answer_carries_quote_and_file_in_json(OutgoingMediaKind kind, string path, string field, int size)
    {
        _stub.Reply(201, Taken);
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        using var file = new MemoryStream(bytes);

        await _gateway.SendMediaAsync(_stub.At, Ana, new(kind, file, "image/png", "a.png"), new Quote("3A6B", "antes"), Ct);

        _stub.Last.Path.ShouldBe($"/{path}/loja3");
        Convert.FromBase64String((string)_stub.Last.Json[field]!).ShouldBe(bytes);
        ((string)_stub.Last.Json["quoted"]!["key"]!["id"]!).ShouldBe("3A6B");
    }

    [Fact]
    public async Task React_edit_and_delete_name_the_message()
    {
        _stub.Reply(201, Taken);

        await _gateway.ReactAsync(_stub.At, Theirs, "👍", Ct);
        await _gateway.ReactAsync(_stub.At, Theirs, null, Ct);
        await _gateway.EditAsync(_stub.At, Ours, "novo", Ct);
        await _gateway.DeleteForEveryoneAsync(_stub.At, Ours, Ct);

        _stub
            .Requests.Select(request => $"{request.Method} {request.Path}")
            .ShouldBe([
                "POST /message/sendReaction/loja3",
                "POST /message/sendReaction/loja3",
                "POST /chat/updateMessage/loja3",
                "DELETE /chat/deleteMessageForEveryone/loja3",
            ]);
        ((string)_stub.Requests[0].Json["reaction"]!).ShouldBe("👍");
        ((string)_stub.Requests[1].Json["reaction"]!).ShouldBe("");
        ((string)_stub.Requests[2].Json["key"]!["id"]!).ShouldBe("3EB0");
        ((bool)_stub.Requests[3].Json["fromMe"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task MarkRead_and_typing_are_sent_as_documented()
    {
        _stub.Reply(201, """{"message":"Read messages","read":"success"}""");

        await _gateway.MarkReadAsync(_stub.At, [Theirs], Ct);
        await _gateway.SetTypingAsync(_stub.At, Ana, TypingState.Composing, TimeSpan.FromMinutes(5), Ct);

        ((string)_stub.Requests[0].Json["readMessages"]![0]!["remoteJid"]!).ShouldBe("5511977770001@s.whatsapp.net");
        ((string)_stub.Last.Json["presence"]!).ShouldBe("composing");
        ((int)_stub.Last.Json["delay"]!).ShouldBe(10_000);
    }

    [Fact]
    public async Task CheckNumbers_matches_by_number_in_the_order_asked()
    {
        _stub.Reply(
            200,
            """
            [{"jid":"5511900000000@s.whatsapp.net","exists":false,"number":"5511900000000"},
             {"jid":"553187654321@s.whatsapp.net","exists":true,"number":"553187654321","name":"Bia","lid":"222333444555666@lid"}]
            """
        );
        var (bia, nobody, silent) = (PhoneNumber.Parse("31987654321"), PhoneNumber.Parse("11900000000"), PhoneNumber.Parse("11900000001"));

        var checks = await _gateway.CheckNumbersAsync(_stub.At, [bia, nobody, silent], Ct);

        checks[0].ShouldBe(new NumberCheck(bia, true, Jid.Parse("553187654321@s.whatsapp.net"), Jid.Parse("222333444555666@lid"), "Bia"));
        checks[1].ShouldBe(new NumberCheck(nobody, false, null, null, null));
        checks[2].Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task FindMessages_asks_by_chat_and_time_and_reads_the_recorded_page()
    {
        _stub.Replay("37-evo-findMessages");
        var from = DateTimeOffset.FromUnixTimeSeconds(1795219500);

        var page = await _gateway.FindMessagesAsync(_stub.At, new MessageSearch(Ana, from, from.AddMinutes(2), 1, 500), Ct);

        page.Messages.ShouldHaveSingleItem().Body.ShouldBe(new TextBody("Olá, tudo bem?"));
        (page.Page, page.Pages, page.Total).ShouldBe((1, 1, 1));
        var where = _stub.Last.Json["where"]!;
        ((string)where["messageTimestamp"]!["gte"]!).ShouldBe("2026-11-21T00:05:00.000Z");
        ((string)where["messageTimestamp"]!["lte"]!).ShouldBe("2026-11-21T00:07:00.000Z");
        ((int)_stub.Last.Json["offset"]!).ShouldBe(100);
    }

    [Fact]
    public async Task FindMessage_of_ours_has_its_furthest_state()
    {
        _stub.Reply(
            200,
            """
            {"messages":{"total":1,"pages":1,"currentPage":1,"records":[{"key":{"id":"EXT-0001","fromMe":true,"remoteJid":"5511977770001@s.whatsapp.net"},
            "message":{"conversation":"x"},"MessageUpdate":[{"status":"READ"},{"status":"DELIVERY_ACK"}]}]}}
            """
        );

        (await _gateway.FindMessageAsync(_stub.At, "EXT-0001", Ct)).ShouldNotBeNull().State.ShouldBe(DeliveryState.Read);
        (await _gateway.FindMessageAsync(_stub.At, "EXT-0002", Ct)).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"mediaType":"imageMessage","fileName":"a/b.jpg","mimetype":"image/jpeg","base64":"@","buffer":null}""", "@")]
    [InlineData("""{ "base64" : "@" , "caption":"\"base64\":\"AAAA\"", "fileName":"b.jpg","mimetype":"image/jpeg"}""", "@")]
    [InlineData("""{"caption":"\"base64\":\"AAAA\"","fileName":"b.jpg","mimetype":"image/jpeg","base64":"@"}""", "/+")]
    public async Task FetchMedia_writes_the_bytes_however_they_are_written(string answer, string escape)
    {
        var bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        var base64 = Convert.ToBase64String(bytes);
        base64 =
            escape == "/+"
                ? base64.Replace("/", "\\/", StringComparison.Ordinal).Replace("+", "\\u002B", StringComparison.Ordinal)
                : base64;
        _stub.Reply(201, answer.Replace("@", base64, StringComparison.Ordinal));
        using var to = new MemoryStream();

        var fetched = await _gateway.FetchMediaAsync(_stub.At, Media, to, 200_000, Ct);

        to.ToArray().ShouldBe(bytes);
        fetched.ShouldBe(new FetchedMedia("image/jpeg", "b.jpg", bytes.Length));
        ((string)_stub.Last.Json["message"]!["key"]!["id"]!).ShouldBe("3A6B");
    }

    [Theory]
    [InlineData("""{"base64":"@@@@"}""", GatewayFailure.Unclear)]
    [InlineData("""{"base64":"AAA"}""", GatewayFailure.Unclear)]
    [InlineData("""{"base64":"AAAA""", GatewayFailure.Unclear)]
    [InlineData("""{"base64":"AA\x"}""", GatewayFailure.Unclear)]
    [InlineData("""{"base64":null}""", GatewayFailure.Unclear)]
    [InlineData("{}", GatewayFailure.Unclear)]
    [InlineData("", GatewayFailure.Unclear)]
    [InlineData("""{"base64":"AAAAAAAAAAAAAAAA"}""", GatewayFailure.Rejected)]
    public async Task FetchMedia_of_something_else_fails(string answer, GatewayFailure failure)
    {
        _stub.Reply(201, answer);
        using var to = new MemoryStream();

        var e = await Should.ThrowAsync<GatewayException>(() => _gateway.FetchMediaAsync(_stub.At, Media, to, 9, Ct));

        e.Failure.ShouldBe(failure);
    }

    [Theory]
    [InlineData("\"https://pps.whatsapp.net/x.jpg\"", true)]
    [InlineData("null", false)]
    [InlineData("\"javascript:alert(1)\"", false)]
    public async Task ProfilePicture_is_a_web_address_or_none(string json, bool known)
    {
        _stub.Reply(200, $$"""{"wuid":"5511977770001@s.whatsapp.net","profilePictureUrl":{{json}}}""");

        (await _gateway.ProfilePictureAsync(_stub.At, Ana, Ct) is not null).ShouldBe(known);
    }

    private static MediaReference Media =>
        (
            (MessageReceived)
                (
                    (Translation.Readable)
                        EvolutionTranslator.Translate(
                            Encoding.UTF8.GetBytes(
                                """{"event":"messages.upsert","data":{"key":{"remoteJid":"5511977770001@s.whatsapp.net","id":"3A6B"},"message":{"imageMessage":{}}}}"""
                            )
                        )
                ).Events[0]
        )
            .Message
            .Body
            .File!;
}
