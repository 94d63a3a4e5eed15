using System.Net;
using System.Text.Json;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>How a number comes and goes in the sandbox: QR, scan, ban, log-out, silent reconnect, deletion.</summary>
public sealed class SandboxLifecycleTests(SandboxProcess sandbox, WebhookReceiver receiver)
    : IClassFixture<SandboxProcess>,
        IClassFixture<WebhookReceiver>,
        IDisposable
{
    private readonly SandboxClient _client = new(sandbox);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Scanning_the_qr_opens_the_number_and_says_who_it_is()
    {
        await _client.CreateAsync("scan", receiver);
        (await receiver.WaitAsync("scan", "qrcode.updated"))[0]
            .Data.GetProperty("qrcode")
            .GetProperty("code")
            .GetString()
            .ShouldStartWith("2@");
        var (_, shown) = await _client.GetAsync("/instance/connect/scan");

        await sandbox.Control.ScanAsync("scan", "5511988880003");

        shown.GetProperty("base64").GetString().ShouldStartWith("data:image/png;base64,iVBOR");
        await Wait.UntilAsync(() => States("scan").Contains("open"), "open");
        States("scan").ShouldBe(["connecting", "connecting", "open"]);
        var open = receiver.Of("scan", "connection.update")[^1];
        open.Data.GetProperty("wuid").GetString().ShouldBe("5511988880003@s.whatsapp.net");
        open.Body.GetProperty("sender").GetString().ShouldBe("5511988880003@s.whatsapp.net");
        receiver.Of("scan", "qrcode.updated")[0].Body.TryGetProperty("sender", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Pairing_code_opens_the_number_and_a_wrong_one_does_not()
    {
        await _client.CreateAsync("pair", receiver);
        var (_, shown) = await _client.GetAsync("/instance/connect/pair?number=5511988880003");

        await Should.ThrowAsync<InvalidOperationException>(() => sandbox.Control.PairAsync("pair", "WRONG111"));
        await sandbox.Control.PairAsync("pair", shown.GetProperty("pairingCode").GetString()!);

        await Wait.UntilAsync(() => States("pair").Contains("open"), "open");
    }

    [Fact]
    public async Task Qr_is_replaced_and_ends_in_refused()
    {
        await _client.CreateAsync("qr", receiver);

        await sandbox.Control.NextQrAsync("qr");
        await receiver.WaitAsync("qr", "qrcode.updated", 2);
        await sandbox.Control.EndQrAsync("qr");

        var last = (await receiver.WaitAsync("qr", "qrcode.updated", 3))[^1].Data;
        last.GetProperty("statusCode").GetInt32().ShouldBe(500);
        await Wait.UntilAsync(() => States("qr").Contains("refused"), "refused");
        (await StateAsync("qr")).ShouldBe("close");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    [InlineData(406)]
    public async Task Final_code_posts_three_webhooks_and_closes(int code)
    {
        var name = "close" + code;
        await _client.OpenAsync(name, receiver);

        await sandbox.Control.CloseAsync(name, code);

        var status = (await receiver.WaitAsync(name, "status.instance"))[0].Data;
        status.GetProperty("disconnectionReasonCode").GetInt32().ShouldBe(code);
        JsonDocument
            .Parse(status.GetProperty("disconnectionObject").GetString()!)
            .RootElement.GetProperty("error")
            .GetProperty("isBoom")
            .GetBoolean()
            .ShouldBeTrue();
        (await receiver.WaitAsync(name, "logout.instance"))[0].Data.ValueKind.ShouldBe(JsonValueKind.Null);
        await Wait.UntilAsync(() => States(name).Contains("close"), "close");
        (await StateAsync(name)).ShouldBe("close");
    }

    [Fact]
    public async Task Silent_reconnect_has_no_close_event()
    {
        await _client.OpenAsync("silent", receiver);

        await sandbox.Control.CloseAsync("silent", 428);

        await Wait.UntilAsync(() => States("silent").Count(s => s == "open") == 2, "open again");
        States("silent").ShouldNotContain("close");
        receiver.Of("silent", "status.instance").ShouldBeEmpty();
    }

    [Fact]
    public async Task Zombie_open_leaves_the_live_state_closed()
    {
        await _client.OpenAsync("zombie", receiver);
        await sandbox.Control.CloseAsync("zombie", 403);

        await sandbox.Control.ZombieAsync("zombie");

        await Wait.UntilAsync(() => States("zombie").Count(s => s == "open") == 2, "the false open");
        (await StateAsync("zombie")).ShouldBe("close");
    }

    [Fact]
    public async Task Close_code_stays_beside_open_after_the_next_connection()
    {
        await _client.OpenAsync("sticky", receiver);
        await sandbox.Control.CloseAsync("sticky", 401);
        await _client.GetAsync("/instance/connect/sticky");
        await sandbox.Control.ScanAsync("sticky");
        await Wait.UntilAsync(async () => await StateAsync("sticky") == "open", "open");

        var (_, rows) = await _client.GetAsync("/instance/fetchInstances?instanceName=sticky");

        rows[0].GetProperty("connectionStatus").GetString().ShouldBe("open");
        rows[0].GetProperty("disconnectionReasonCode").GetInt32().ShouldBe(401);
    }

    [Fact]
    public async Task Deleted_name_is_free_when_remove_instance_was_taken()
    {
        await _client.OpenAsync("gone", receiver);

        var (status, _) = await _client.DeleteAsync("/instance/delete/gone");

        status.ShouldBe(HttpStatusCode.OK);
        await receiver.WaitAsync("gone", "remove.instance");
        await Wait.UntilAsync(
            async () => (await _client.GetAsync("/instance/connectionState/gone")).Status == HttpStatusCode.NotFound,
            "404"
        );
    }

    [Fact]
    public async Task Instance_that_does_not_exist_is_404_even_with_a_wrong_key_and_a_duplicate_403()
    {
        await _client.CreateAsync("guard", receiver);

        (await _client.GetAsync("/instance/connectionState/nobody", "wrong")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _client.PostAsync("/instance/create", new { instanceName = "guard" }, "wrong")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _client.GetAsync("/instance/connectionState/guard", "wrong")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await _client.GetAsync("/instance/connectionState/guard", "guard-token")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private List<string> States(string name) =>
        [.. receiver.Of(name, "connection.update").Select(w => w.Data.GetProperty("state").GetString()!)];

    private async Task<string?> StateAsync(string name) =>
        (await _client.GetAsync($"/instance/connectionState/{name}")).Body.GetProperty("instance").GetProperty("state").GetString();
}
