using System.Net;
using System.Text.Json;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>Messages out: the echo, the receipts, the faults, and what the log says really left.</summary>
public sealed class SandboxSendingTests(SandboxProcess sandbox, WebhookReceiver receiver)
    : IClassFixture<SandboxProcess>,
        IClassFixture<WebhookReceiver>,
        IDisposable
{
    private readonly SandboxClient _client = new(sandbox);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Echo_arrives_before_the_answer_with_the_same_body()
    {
        await OpenAsync("echo");

        var (status, answer) = await _client.SendTextAsync("echo", "oi");
        var echo = receiver.Of("echo", "send.message").Single().Data;

        status.ShouldBe(HttpStatusCode.Created);
        answer.GetProperty("status").GetString().ShouldBe("PENDING");
        JsonElement.DeepEquals(echo, answer).ShouldBeTrue();
        receiver.Of("echo", "messages.upsert").ShouldBeEmpty();
    }

    [Fact]
    public async Task Receipts_follow_a_send_and_name_it_by_key_id()
    {
        await OpenAsync("receipts", new { deliveredMs = 10, readMs = 300 });

        var id = Id((await _client.SendTextAsync("receipts", "oi")).Body);

        var updates = await receiver.WaitAsync("receipts", "messages.update", 2);
        updates.Select(u => u.Data.GetProperty("status").GetString()).ShouldBe(["DELIVERY_ACK", "READ"], ignoreOrder: true);
        updates.ShouldAllBe(u => u.Data.GetProperty("keyId").GetString() == id);
    }

    [Fact]
    public async Task Ack_gap_gives_no_receipt_until_one_is_asked_for()
    {
        await OpenAsync(
            "gap",
            new
            {
                receipts = false,
                deliveredMs = 1,
                readMs = 1,
            }
        );
        var id = Id((await _client.SendTextAsync("gap", "oi")).Body);

        await sandbox.Control.ReceiptAsync("gap", id, "READ", byLid: true);

        var update = (await receiver.WaitAsync("gap", "messages.update")).ShouldHaveSingleItem().Data;
        update.GetProperty("status").GetString().ShouldBe("READ");
        update.GetProperty("remoteJid").GetString().ShouldEndWith("@lid");
    }

    [Theory]
    [InlineData("error-after", HttpStatusCode.InternalServerError)]
    [InlineData("timeout-after", HttpStatusCode.BadRequest)]
    public async Task Send_that_is_refused_after_it_left_is_in_the_log(string fault, HttpStatusCode expected)
    {
        await OpenAsync(fault, new { sendFault = fault, sendFaultTimes = 1 });

        (await _client.SendTextAsync(fault, "a")).Status.ShouldBe(expected);
        (await _client.SendTextAsync(fault, "b")).Status.ShouldBe(HttpStatusCode.Created);

        sandbox.Sends(fault).Select(s => s.Text).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Send_that_is_cut_off_before_it_left_is_not_in_the_log()
    {
        await OpenAsync("cut", new { sendFault = "drop-before", sendFaultTimes = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => _client.SendTextAsync("cut", "a"));

        sandbox.Sends("cut").ShouldBeEmpty();
    }

    [Fact]
    public async Task Number_that_is_not_on_whatsapp_is_refused_with_its_jid()
    {
        await OpenAsync("absent", new { notOnWhatsApp = new[] { "5511900000000" } });

        var (status, body) = await _client.SendTextAsync("absent", "oi", "5511900000000");
        var (_, checks) = await _client.PostAsync("/chat/whatsappNumbers/absent", new { numbers = new[] { "5511900000000" } });

        status.ShouldBe(HttpStatusCode.BadRequest);
        body.GetProperty("response").GetProperty("message")[0].GetProperty("exists").GetBoolean().ShouldBeFalse();
        checks[0].GetProperty("exists").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("5511977770001", "5511977770001@s.whatsapp.net")]
    [InlineData("5585988881234", "558588881234@s.whatsapp.net")]
    [InlineData("5215512345678", "525512345678@s.whatsapp.net")]
    [InlineData("120363041234567890", "120363041234567890@g.us")]
    public async Task Address_is_rewritten_as_evolution_does(string number, string jid)
    {
        await OpenAsync("jid" + number);

        var (_, body) = await _client.SendTextAsync("jid" + number, "oi", number);

        body.GetProperty("key").GetProperty("remoteJid").GetString().ShouldBe(jid);
    }

    [Fact]
    public async Task Uploaded_file_can_be_fetched_again_as_it_was()
    {
        await OpenAsync("file");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("5511977770001"), "number" },
            { new StringContent("document"), "mediatype" },
            { new StringContent("application/pdf"), "mimetype" },
            { new StringContent("nota.pdf"), "fileName" },
            { new ByteArrayContent([1, 2, 3, 4]), "file", "nota.pdf" },
        };

        var (status, sent) = await _client.CallAsync(HttpMethod.Post, "/message/sendMedia/file", form, SandboxProcess.Key);
        var (_, file) = await _client.PostAsync(
            "/chat/getBase64FromMediaMessage/file",
            new { message = new { key = new { id = Id(sent) } } }
        );

        status.ShouldBe(HttpStatusCode.Created);
        sent.GetProperty("messageType").GetString().ShouldBe("documentMessage");
        file.GetProperty("base64").GetBytesFromBase64().ShouldBe([1, 2, 3, 4]);
        file.GetProperty("fileName").GetString().ShouldBe("nota.pdf");
    }

    [Theory]
    [InlineData("data:image/png;base64,AAAA", HttpStatusCode.BadRequest)]
    [InlineData("not base64 !!", HttpStatusCode.BadRequest)]
    [InlineData("http://169.254.169.254/latest", HttpStatusCode.InternalServerError)]
    public async Task Media_that_is_neither_a_reachable_url_nor_base64_is_refused(string media, HttpStatusCode expected)
    {
        var name = "media" + (int)expected + media.Length;
        await OpenAsync(name);

        var (status, _) = await _client.PostAsync(
            $"/message/sendMedia/{name}",
            new
            {
                number = "5511977770001",
                mediatype = "image",
                media,
            }
        );

        status.ShouldBe(expected);
        sandbox.Sends(name).ShouldBeEmpty();
    }

    [Fact]
    public async Task Closed_number_takes_nothing()
    {
        await OpenAsync("closed");
        await sandbox.Control.CloseAsync("closed", 403);

        var (status, body) = await _client.SendTextAsync("closed", "oi");

        status.ShouldBe(HttpStatusCode.InternalServerError);
        body.GetProperty("response").GetProperty("message").GetString().ShouldBe("Connection Closed");
        sandbox.Sends("closed").ShouldBeEmpty();
    }

    [Fact]
    public async Task Edit_and_revocation_answer_with_protocol_messages()
    {
        await OpenAsync("change");
        var id = Id((await _client.SendTextAsync("change", "oi")).Body);
        var key = new
        {
            id,
            remoteJid = "5511977770001@s.whatsapp.net",
            fromMe = true,
        };

        var (edited, edit) = await _client.PostAsync(
            "/chat/updateMessage/change",
            new
            {
                number = "5511977770001",
                key,
                text = "olá",
            }
        );
        var (deleted, revoke) = await _client.DeleteAsync("/chat/deleteMessageForEveryone/change", key);

        (edited, deleted).ShouldBe((HttpStatusCode.OK, HttpStatusCode.Created));
        edit.GetProperty("message").GetProperty("protocolMessage").GetProperty("type").GetString().ShouldBe("MESSAGE_EDIT");
        Id(edit).ShouldNotBe(id);
        revoke.GetProperty("messageTimestamp").ValueKind.ShouldBe(JsonValueKind.String);
        (await receiver.WaitAsync("change", "messages.delete"))[0].Data.GetProperty("status").GetString().ShouldBe("DELETED");
        (await receiver.WaitAsync("change", "send.message.update"))[0].Data.GetProperty("key").GetProperty("id").GetString().ShouldBe(id);
    }

    private async Task OpenAsync(string name, object? behaviour = null)
    {
        await sandbox.Control.AddAsync(
            new SandboxNumber
            {
                Name = name,
                Token = name,
                Phone = "5511988880003",
                WebhookUrl = receiver.Url(name),
            }
        );
        await sandbox.Control.BehaveAsync(name, behaviour ?? new { });
    }

    private static string Id(JsonElement message) => message.GetProperty("key").GetProperty("id").GetString()!;
}
