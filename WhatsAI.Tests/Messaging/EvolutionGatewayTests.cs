using System.Text;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>What each call about messages sends, and what it makes of the answers a real server gave.</summary>
public sealed class EvolutionGatewayTests : StubbedGateway
{
    private const string Taken =
        """{"key":{"remoteJid":"553187654321@s.whatsapp.net","fromMe":true,"id":"3EB0A"},"status":"PENDING","messageTimestamp":1795219573}""";

    private static readonly Jid Ana = Jid.Parse("5511977770001@s.whatsapp.net");
    private static readonly MessageKey Theirs = new("3A6B", Ana, FromMe: false);
    private static readonly MessageKey Ours = new("3EB0", Ana, FromMe: true);

    [Fact]
    public async Task SendText_believes_only_the_address_in_the_answer()
    {
        Stub.Reply(201, Taken);

        var sent = await Gateway.SendTextAsync(Stub.At, Ana, "Olá 👍 \"x\"", new Quote("3A6B", "antes"), Ct);

        sent.ShouldBe(new SentMessage("3EB0A", Jid.Parse("553187654321@s.whatsapp.net"), DateTimeOffset.FromUnixTimeSeconds(1795219573)));
        var body = Stub.Last.Json;
        ((string)body["number"]!).ShouldBe("5511977770001@s.whatsapp.net");
        ((string)body["text"]!).ShouldBe("Olá 👍 \"x\"");
        ((string)body["quoted"]!["key"]!["id"]!).ShouldBe("3A6B");
        ((string)body["quoted"]!["message"]!["conversation"]!).ShouldBe("antes");
    }

    [Fact]
    public async Task SendText_in_a_server_below_a_path_keeps_the_path_and_escapes_the_name()
    {
        Stub.Reply(201, Taken);

        await Gateway.SendTextAsync(Stub.At with { Address = new Uri(Stub.Address, "/evo/"), Instance = "a/../b" }, Ana, "x", null, Ct);

        Stub.Last.Path.ShouldStartWith("/evo/message/sendText/a");
        Stub.Last.Path.ShouldNotContain("/../");
    }

    [Fact]
    public async Task SendMedia_uploads_a_form_and_leaves_the_file_open()
    {
        Stub.Reply(201, Taken);
        using var file = new MemoryStream("%PDF-áé"u8.ToArray());

        await Gateway.SendMediaAsync(
            Stub.At,
            Ana,
            new(OutgoingMediaKind.Document, file, "application/pdf", "nota ç.pdf", "segue"),
            null,
            Ct
        );

        Stub.Last.Path.ShouldBe("/message/sendMedia/loja3");
        Stub.Last.ContentType.ShouldNotBeNull().ShouldStartWith("multipart/form-data");
        foreach (var part in new[] { "%PDF-áé", "nota ç.pdf", "segue", "application/pdf", "document", "5511977770001@s.whatsapp.net" })
        {
            Stub.Last.Body.ShouldContain(part);
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
        Stub.Reply(201, Taken);
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        using var file = new MemoryStream(bytes);

        await Gateway.SendMediaAsync(Stub.At, Ana, new(kind, file, "image/png", "a.png"), new Quote("3A6B", "antes"), Ct);

        Stub.Last.Path.ShouldBe($"/{path}/loja3");
        Convert.FromBase64String((string)Stub.Last.Json[field]!).ShouldBe(bytes);
        ((string)Stub.Last.Json["quoted"]!["key"]!["id"]!).ShouldBe("3A6B");
    }

    [Fact]
    public async Task React_edit_and_delete_name_the_message()
    {
        Stub.Reply(201, Taken);

        await Gateway.ReactAsync(Stub.At, Theirs, "👍", Ct);
        await Gateway.ReactAsync(Stub.At, Theirs, null, Ct);
        await Gateway.EditAsync(Stub.At, Ours, "novo", Ct);
        await Gateway.DeleteForEveryoneAsync(Stub.At, Ours, Ct);

        Stub.Requests.Select(request => $"{request.Method} {request.Path}")
            .ShouldBe([
                "POST /message/sendReaction/loja3",
                "POST /message/sendReaction/loja3",
                "POST /chat/updateMessage/loja3",
                "DELETE /chat/deleteMessageForEveryone/loja3",
            ]);
        ((string)Stub.Requests[0].Json["reaction"]!).ShouldBe("👍");
        ((string)Stub.Requests[1].Json["reaction"]!).ShouldBe("");
        ((string)Stub.Requests[2].Json["key"]!["id"]!).ShouldBe("3EB0");
        ((bool)Stub.Requests[3].Json["fromMe"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task MarkRead_and_typing_are_sent_as_documented()
    {
        Stub.Reply(201, """{"message":"Read messages","read":"success"}""");

        await Gateway.MarkReadAsync(Stub.At, [Theirs], Ct);
        await Gateway.SetTypingAsync(Stub.At, Ana, TypingState.Composing, TimeSpan.FromMinutes(5), Ct);

        ((string)Stub.Requests[0].Json["readMessages"]![0]!["remoteJid"]!).ShouldBe("5511977770001@s.whatsapp.net");
        ((string)Stub.Last.Json["presence"]!).ShouldBe("composing");
        ((int)Stub.Last.Json["delay"]!).ShouldBe(10_000);
    }

    [Fact]
    public async Task CheckNumbers_matches_by_number_in_the_order_asked()
    {
        Stub.Reply(
            200,
            """
            [{"jid":"5511900000000@s.whatsapp.net","exists":false,"number":"5511900000000"},
             {"jid":"553187654321@s.whatsapp.net","exists":true,"number":"553187654321","name":"Bia","lid":"222333444555666@lid"}]
            """
        );
        var (bia, nobody, silent) = (PhoneNumber.Parse("31987654321"), PhoneNumber.Parse("11900000000"), PhoneNumber.Parse("11900000001"));

        var checks = await Gateway.CheckNumbersAsync(Stub.At, [bia, nobody, silent], Ct);

        checks[0].ShouldBe(new NumberCheck(bia, true, Jid.Parse("553187654321@s.whatsapp.net"), Jid.Parse("222333444555666@lid"), "Bia"));
        checks[1].ShouldBe(new NumberCheck(nobody, false, null, null, null));
        checks[2].Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task FindMessages_asks_by_chat_and_time_and_reads_the_recorded_page()
    {
        Stub.Replay("37-evo-findMessages");
        var from = DateTimeOffset.FromUnixTimeSeconds(1795219500);

        var page = await Gateway.FindMessagesAsync(Stub.At, new MessageSearch(Ana, from, from.AddMinutes(2), 1, 500), Ct);

        page.Messages.ShouldHaveSingleItem().Body.ShouldBe(new TextBody("Olá, tudo bem?"));
        (page.Page, page.Pages, page.Total).ShouldBe((1, 1, 1));
        var where = Stub.Last.Json["where"]!;
        ((string)where["messageTimestamp"]!["gte"]!).ShouldBe("2026-11-21T00:05:00.000Z");
        ((string)where["messageTimestamp"]!["lte"]!).ShouldBe("2026-11-21T00:07:00.000Z");
        ((int)Stub.Last.Json["offset"]!).ShouldBe(100);
    }

    [Fact]
    public async Task FindMessage_of_ours_has_its_furthest_state()
    {
        Stub.Reply(
            200,
            """
            {"messages":{"total":1,"pages":1,"currentPage":1,"records":[{"key":{"id":"EXT-0001","fromMe":true,"remoteJid":"5511977770001@s.whatsapp.net"},
            "message":{"conversation":"x"},"MessageUpdate":[{"status":"READ"},{"status":"DELIVERY_ACK"}]}]}}
            """
        );

        (await Gateway.FindMessageAsync(Stub.At, "EXT-0001", Ct)).ShouldNotBeNull().State.ShouldBe(DeliveryState.Read);
        (await Gateway.FindMessageAsync(Stub.At, "EXT-0002", Ct)).ShouldBeNull();
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
        Stub.Reply(201, answer.Replace("@", base64, StringComparison.Ordinal));
        using var to = new MemoryStream();

        var fetched = await Gateway.FetchMediaAsync(Stub.At, Media, to, 200_000, Ct);

        to.ToArray().ShouldBe(bytes);
        fetched.ShouldBe(new FetchedMedia("image/jpeg", "b.jpg", bytes.Length));
        ((string)Stub.Last.Json["message"]!["key"]!["id"]!).ShouldBe("3A6B");
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
        Stub.Reply(201, answer);
        using var to = new MemoryStream();

        var e = await Should.ThrowAsync<GatewayException>(() => Gateway.FetchMediaAsync(Stub.At, Media, to, 9, Ct));

        e.Failure.ShouldBe(failure);
    }

    [Theory]
    [InlineData("\"https://pps.whatsapp.net/x.jpg\"", true)]
    [InlineData("null", false)]
    [InlineData("\"javascript:alert(1)\"", false)]
    public async Task ProfilePicture_is_a_web_address_or_none(string json, bool known)
    {
        Stub.Reply(200, $$"""{"wuid":"5511977770001@s.whatsapp.net","profilePictureUrl":{{json}}}""");

        (await Gateway.ProfilePictureAsync(Stub.At, Ana, Ct) is not null).ShouldBe(known);
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
