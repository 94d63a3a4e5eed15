using System.Text;
using System.Text.Json;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

public sealed class EvolutionTranslatorTests
{
    private const string Key = """{"remoteJid":"5511977770001@s.whatsapp.net","fromMe":false,"id":"A1"}""";

    [Theory]
    [InlineData("", "empty body")]
    [InlineData("{", "no JSON")]
    [InlineData("<html>", "no JSON")]
    [InlineData("[]", "no object")]
    [InlineData("7", "no object")]
    [InlineData("{}", "no event name")]
    [InlineData("{\"event\":7}", "no event name")]
    public void Body_that_is_no_event_is_unreadable(string body, string reason) =>
        EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(body)).ShouldBe(new Translation.Unreadable(reason));

    [Fact]
    public void Body_nested_deeper_than_64_levels_is_unreadable()
    {
        var deep = "{\"event\":\"x\",\"data\":" + new string('[', 100) + new string(']', 100) + "}";

        EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(deep)).ShouldBe(new Translation.Unreadable("no JSON"));
    }

    [Fact]
    public void Event_that_is_not_known_is_kept_by_name()
    {
        var read = Read("""{"event":"hologram.update","instance":"loja3","data":{}}""");

        read.Event.ShouldBe("hologram.update");
        read.Instance.ShouldBe("loja3");
        read.Events.ShouldBe([new Unknown("hologram.update", "not known")]);
    }

    [Theory]
    [InlineData("messages.upsert")]
    [InlineData("messages.update")]
    [InlineData("messages.edited")]
    [InlineData("messages.delete")]
    [InlineData("send.message")]
    [InlineData("contacts.update")]
    [InlineData("chats.upsert")]
    [InlineData("presence.update")]
    [InlineData("connection.update")]
    [InlineData("qrcode.updated")]
    [InlineData("status.instance")]
    [InlineData("call")]
    [InlineData("groups.upsert")]
    [InlineData("group-participants.update")]
    public void Known_event_without_data_is_marked_unknown(string name) =>
        Read($$"""{"event":"{{name}}","data":null}""").Events.ShouldHaveSingleItem().ShouldBeOfType<Unknown>();

    [Fact]
    public void Text_of_64_kilobytes_is_kept_whole() => Text($"\"{new string('á', 65_536)}\"").Length.ShouldBe(65_536);

    [Theory]
    [InlineData("\"a\\u0000b\"", "ab")]
    [InlineData("\"\\ud800x\"", "\ufffdx")]
    [InlineData("\"x\\udc00\\ud83d\"", "x\ufffd\ufffd")]
    [InlineData("\"\\ud83d\\udc4d\"", "👍")]
    [InlineData("\"\\\\u0000\"", "\\u0000")]
    [InlineData("\"<b>\\u202e\\u200b\"", "<b>\u202e\u200b")]
    public void Text_no_database_could_store_is_mended_and_the_rest_stays(string json, string text) => Text(json).ShouldBe(text);

    [Fact]
    public void Bytes_that_are_no_utf8_are_replaced()
    {
        var body = Encoding.Latin1.GetBytes(Upsert("{\"conversation\":\"a\u00e9b\"}"));

        Message(EvolutionTranslator.Translate(body)).Body.ShouldBe(new TextBody("a\ufffdb"));
    }

    [Fact]
    public void Wrappers_within_wrappers_are_opened()
    {
        var message = Message(
            """{"ephemeralMessage":{"message":{"viewOnceMessageV2":{"message":{"imageMessage":{"mimetype":"image/PNG; x=1","caption":"c"}}}}}}"""
        );

        message.Body.ShouldBeOfType<ImageBody>().Media.MimeType.ShouldBe("image/png");
        message.Ephemeral.ShouldBeTrue();
        message.ViewOnce.ShouldBeTrue();
    }

    [Fact]
    public void Wrappers_without_end_become_unsupported()
    {
        var wrapped = string.Concat(Enumerable.Repeat("{\"viewOnceMessage\":{\"message\":", 20)) + "{}" + new string('}', 40);

        Message(wrapped).Body.ShouldBeOfType<UnsupportedBody>();
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\\\x\\\\nota.pdf", "nota.pdf")]
    [InlineData("foto\\u202egpj.exe", "fotogpj.exe")]
    [InlineData("a\\nb.pdf", "a b.pdf")]
    public void File_name_loses_path_and_disguise(string json, string name) =>
        Message($$$"""{"documentMessage":{"fileName":"{{{json}}}"}}""").Body.File!.FileName.ShouldBe(name);

    [Theory]
    [InlineData("1e999", "0")]
    [InlineData("91", "0")]
    [InlineData("\"x\"", "0")]
    public void Location_nowhere_on_earth_is_unsupported(string latitude, string longitude) =>
        Message($$$"""{"locationMessage":{"degreesLatitude":{{{latitude}}},"degreesLongitude":{{{longitude}}}}}""")
            .Body.ShouldBe(new UnsupportedBody("locationMessage"));

    [Theory]
    [InlineData("1795219962", true)]
    [InlineData("\"1795219962\"", true)]
    [InlineData("{\"low\":1795219962,\"high\":0,\"unsigned\":true}", true)]
    [InlineData("-5", false)]
    [InlineData("99999999999999", false)]
    [InlineData("null", false)]
    [InlineData("1e400", false)]
    public void Time_is_read_in_every_form_and_absurd_time_is_none(string json, bool known)
    {
        var body =
            $$$"""{"event":"messages.upsert","data":{"key":{{{Key}}},"message":{"conversation":"x"},"messageTimestamp":{{{json}}}}}""";

        var expected = known ? DateTimeOffset.FromUnixTimeSeconds(1795219962) : (DateTimeOffset?)null;
        Message(EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(body))).At.ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"protocolMessage":{"key":{"id":"OLD"},"type":0}}""", "revoked OLD fromMe=False")]
    [InlineData("""{"protocolMessage":{"key":{"id":"OLD"},"type":"REVOKE"}}""", "revoked OLD fromMe=False")]
    [InlineData("""{"protocolMessage":{"type":"EPHEMERAL_SETTING"}}""", "ignored (a protocol message)")]
    [InlineData(
        """{"editedMessage":{"message":{"protocolMessage":{"key":{"id":"OLD"},"type":14,"editedMessage":{"conversation":"n"}}}}}""",
        "edited OLD [Text 'n'] "
    )]
    [InlineData("""{"pollUpdateMessage":{}}""", "ignored (a poll vote, which only the gateway could open)")]
    [InlineData("""{"senderKeyDistributionMessage":{}}""", "ignored (a group's keys)")]
    [InlineData("""{"reactionMessage":{"text":"x"}}""", "unknown messages.upsert (a reaction to nothing)")]
    public void Message_that_is_news_of_another_becomes_that_news(string message, string line) =>
        EventLine.Of(Read(Upsert(message)).Events.ShouldHaveSingleItem()).ShouldBe(line);

    [Theory]
    [InlineData(
        """{"buttonsMessage":{"contentText":"D","footerText":"F","buttons":[{"buttonId":"1","buttonText":{"displayText":"Sim"}}]}}"""
    )]
    [InlineData("""{"listMessage":{"description":"D","sections":[{"rows":[{"rowId":"1","title":"Sim"}]}]}}""")]
    [InlineData(
        """{"templateMessage":{"hydratedTemplate":{"hydratedContentText":"D","hydratedButtons":[{"quickReplyButton":{"id":"1","displayText":"Sim"}}]}}}"""
    )]
    [InlineData(
        """{"interactiveMessage":{"body":{"text":"D"},"nativeFlowMessage":{"buttons":[{"name":"q","buttonParamsJson":"{\"id\":\"1\",\"display_text\":\"Sim\"}"}]}}}"""
    )]
    public void Menu_of_every_form_keeps_text_and_options(string message)
    {
        var menu = Message(message).Body.ShouldBeOfType<MenuBody>();

        menu.Text.ShouldBe("D");
        menu.Options.ShouldHaveSingleItem().ShouldBe(new MenuOption("1", "Sim"));
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Id_longer_than_its_column_is_none(int length, bool usable)
    {
        var id = new string('A', length);
        var key = $$"""{"remoteJid":"5511977770001@s.whatsapp.net","id":"{{id}}"}""";
        string[] bodies =
        [
            $$$"""{"event":"messages.upsert","data":{"key":{{{key}}},"message":{"conversation":"x"} } }""",
            $$$"""{"event":"messages.update","data":{"keyId":"{{{id}}}","status":"READ","fromMe":true}}""",
            $$$"""{"event":"messages.edited","data":{"key":{{{key}}},"editedMessage":{"conversation":"x"} } }""",
            $$$"""{"event":"messages.delete","data":{{{key}}} }""",
            Upsert($$$"""{"reactionMessage":{"key":{{{key}}},"text":"x"}}"""),
        ];

        bodies.Count(body => Read(body).Events.Single() is not Unknown).ShouldBe(usable ? bodies.Length : 0);
        Message($$$"""{"extendedTextMessage":{"text":"x","contextInfo":{"stanzaId":"{{{id}}}"} } }""")
            .Quoted.ShouldBe(usable ? new QuotedMessage(id, null, null, null) : null);
    }

    [Theory]
    [InlineData("@lid")]
    [InlineData("@g.us")]
    [InlineData("@s.whatsapp.net")]
    public void Address_longer_than_its_column_is_none(string server)
    {
        var body =
            $$$"""{"event":"messages.upsert","data":{"key":{"remoteJid":"{{{new string('1', 65)}}}{{{server}}}","id":"A"},"message":{} } }""";

        Read(body).Events.ShouldHaveSingleItem().ShouldBeOfType<Unknown>();
    }

    [Fact]
    public void Deletion_through_the_api_is_a_row_with_a_key()
    {
        var row = """{"event":"messages.delete","data":{"id":"cm1","key":{"id":"3EB0","fromMe":true,"deleted":true},"status":"DELETED"}}""";

        Read(row).Events.ShouldBe([new MessageDeletedByUs("3EB0", null)]);
    }

    [Fact]
    public void Channel_without_wrapper_names_the_kind_beside_the_file()
    {
        var body =
            $$$"""{"event":"send.message","data":{"key":{{{Key}}},"message":{"mediaUrl":"http://x"},"messageType":"imageMessage"}}""";

        Read(body).Events.ShouldHaveSingleItem().ShouldBeOfType<MessageSentEcho>().Message.Body.Kind.ShouldBe(MessageKind.Image);
    }

    [Fact]
    public void Every_body_read_from_a_payload_can_be_stored_and_read_again()
    {
        var bodies = Payload
            .Webhooks.SelectMany(Payload.Events)
            .SelectMany(one => ((Translation.Readable)EvolutionTranslator.Translate(one)).Events)
            .OfType<MessageReceived>()
            .Select(received => received.Message.Body)
            .ToList();

        bodies.Select(body => body.Kind).Distinct().Count().ShouldBeGreaterThan(9);
        bodies.ShouldAllBe(body => MessageBodyJson.Write(MessageBodyJson.Read(MessageBodyJson.Write(body))) == MessageBodyJson.Write(body));
    }

    private static string Upsert(string message) => $$$"""{"event":"messages.upsert","data":{"key":{{{Key}}},"message":{{{message}}}}}""";

    private static string Text(string json) => Message($$"""{"conversation":{{json}}}""").Body.ShouldBeOfType<TextBody>().Text;

    private static GatewayMessage Message(string message) =>
        Message(EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(Upsert(message))));

    private static GatewayMessage Message(Translation translation) =>
        translation.ShouldBeOfType<Translation.Readable>().Events.ShouldHaveSingleItem().ShouldBeOfType<MessageReceived>().Message;

    private static Translation.Readable Read(string body) =>
        EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(body)).ShouldBeOfType<Translation.Readable>();
}
