using System.Net;
using System.Text.Json;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>Delivery of webhooks, inbound kinds, gaps, and the faults of the whole server.</summary>
public sealed class SandboxWebhookTests(SandboxProcess sandbox, WebhookReceiver receiver)
    : IClassFixture<SandboxProcess>,
        IClassFixture<WebhookReceiver>,
        IDisposable
{
    private readonly SandboxClient _client = new(sandbox);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Webhook_answered_503_is_retried_until_it_is_taken()
    {
        await AddAsync("retry");
        receiver.Answer = w => receiver.Of(w.Instance).Count < 2 ? 503 : 200;

        var id = await sandbox.Control.WriteAsync("retry", new SandboxWrite { FromMe = true, Text = "oi" });

        await receiver.WaitAsync("retry", "messages.upsert", 3);
        await Wait.UntilAsync(() => Tries("retry", id[0]).Count == 3, "three lines");
        Tries("retry", id[0]).ShouldBe([503, 503, 200]);
        receiver.Answer = _ => 200;
    }

    [Fact]
    public async Task Webhook_answered_404_is_never_retried()
    {
        await AddAsync("lost");
        receiver.Answer = w => w.Instance == "lost" ? 404 : 200;
        var lost = await sandbox.Control.WriteAsync("lost", new SandboxWrite { FromMe = true });
        await Wait.UntilAsync(() => Tries("lost", lost[0]).Count == 1, "the try");

        // a retried one would be back well before a later message has failed three times
        receiver.Answer = w => w.Data.GetProperty("key").GetProperty("id").GetString() == lost[0] ? 404 : 503;
        var later = await sandbox.Control.WriteAsync("lost", new SandboxWrite { FromMe = true });
        await Wait.UntilAsync(() => Tries("lost", later[0]).Count >= 3, "later tries");

        Tries("lost", lost[0]).ShouldBe([404]);
        receiver.Answer = _ => 200;
    }

    [Fact]
    public async Task Headers_are_sent_and_a_jwt_key_becomes_a_bearer_token()
    {
        var headers = new Dictionary<string, string> { ["x-secret"] = "abc", ["jwt_key"] = "sekret" };
        await sandbox.Control.AddAsync(Number("headers") with { WebhookHeaders = headers });

        await sandbox.Control.WriteAsync("headers", "oi");

        var hook = (await receiver.WaitAsync("headers", "messages.upsert"))[0];
        hook.Headers["x-secret"].ShouldBe("abc");
        hook.Headers.ContainsKey("jwt_key").ShouldBeFalse();
        hook.Headers["Authorization"].Split('.').Length.ShouldBe(3);
        hook.Body.GetProperty("apikey").GetString().ShouldBe("headers");
    }

    [Fact]
    public async Task Only_events_that_were_asked_for_are_posted_and_by_path_if_wanted()
    {
        await AddAsync("some");
        var (status, _) = await _client.PostAsync(
            "/webhook/set/some",
            new
            {
                webhook = new
                {
                    enabled = true,
                    url = receiver.Url("some"),
                    byEvents = true,
                    base64 = false,
                    headers = new { },
                    events = new[] { "MESSAGES_UPSERT" },
                },
            }
        );

        await sandbox.Control.TypingAsync("some", "5511977770001");
        await sandbox.Control.WriteAsync("some", "oi");

        status.ShouldBe(HttpStatusCode.Created);
        var hook = (await receiver.WaitAsync("some", "messages.upsert"))[0];
        hook.Path.ShouldEndWith("/messages-upsert");
        receiver.Of("some").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Duplicates_are_posted_as_often_as_asked()
    {
        await AddAsync("twice", new { duplicateWebhooks = 2 });

        await sandbox.Control.WriteAsync("twice", new SandboxWrite { FromMe = true });

        await receiver.WaitAsync("twice", "messages.upsert", 3);
    }

    [Fact]
    public async Task Receipts_can_come_in_the_wrong_order()
    {
        await AddAsync("disorder", new { receiptsOutOfOrder = true, deliveredMs = 1 });

        await _client.SendTextAsync("disorder", "oi");

        var updates = await receiver.WaitAsync("disorder", "messages.update", 3);
        updates.Select(u => u.Data.GetProperty("status").GetString()).ShouldBe(["READ", "DELIVERY_ACK", "SERVER_ACK"]);
    }

    [Fact]
    public async Task Gap_is_filled_by_finding_messages_in_its_time_range()
    {
        await AddAsync("hole", new { webhooksSuppressed = true });
        var at = DateTimeOffset.UtcNow.AddHours(-1);
        var write = new SandboxWrite { At = at.ToUnixTimeSeconds() };
        var missed = await sandbox.Control.WriteAsync("hole", write with { Count = 3 });
        await sandbox.Control.WriteAsync("hole", write with { At = at.AddHours(-5).ToUnixTimeSeconds() });

        var (_, first) = await FindAsync(1);
        var (_, second) = await FindAsync(2);

        receiver.Of("hole").ShouldBeEmpty();
        first.GetProperty("messages").GetProperty("total").GetInt32().ShouldBe(3);
        first.GetProperty("messages").GetProperty("pages").GetInt32().ShouldBe(2);
        Ids(first).Concat(Ids(second)).Order().ShouldBe(missed.Order());

        Task<(HttpStatusCode Status, JsonElement Body)> FindAsync(int page) =>
            _client.PostAsync(
                "/chat/findMessages/hole",
                new
                {
                    where = new
                    {
                        key = new { remoteJid = "5511977770001@s.whatsapp.net" },
                        messageTimestamp = new { gte = at.AddMinutes(-1), lte = at.AddMinutes(1) },
                    },
                    offset = 2,
                    page,
                }
            );
    }

    [Fact]
    public async Task Every_kind_a_customer_can_write_arrives_as_its_type()
    {
        await AddAsync("kinds");

        foreach (var kind in SandboxWrite.Kinds)
        {
            await sandbox.Control.WriteAsync("kinds", new SandboxWrite { Kind = kind, Name = "<b>Ana</b>" });
        }

        await receiver.WaitAsync("kinds", "messages.upsert", SandboxWrite.Kinds.Count);
        foreach (var data in receiver.Of("kinds", "messages.upsert").Select(w => w.Data))
        {
            data.GetProperty("message").TryGetProperty(data.GetProperty("messageType").GetString()!, out _).ShouldBeTrue(data.ToString());
        }
    }

    [Fact]
    public async Task Lid_only_and_group_senders_are_addressed_as_recorded()
    {
        await AddAsync("who");

        await sandbox.Control.WriteAsync("who", new SandboxWrite { Addressing = SandboxAddressing.LidOnly, Text = "lid" });
        var lid = (await receiver.WaitAsync("who", "messages.upsert"))[0].Data.GetProperty("key");
        await sandbox.Control.WriteAsync("who", new SandboxWrite { Group = "120363041234567890@g.us" });
        var group = (await receiver.WaitAsync("who", "messages.upsert", 2))[1].Data.GetProperty("key");

        lid.GetProperty("remoteJid").GetString().ShouldEndWith("@lid");
        lid.TryGetProperty("remoteJidAlt", out _).ShouldBeFalse();
        group.GetProperty("participant").GetString().ShouldEndWith("@lid");
        group.GetProperty("participantAlt").GetString().ShouldBe("5511977770001@s.whatsapp.net");
    }

    [Fact]
    public async Task Customers_answer_by_themselves_when_told_to()
    {
        await AddAsync(
            "auto",
            new
            {
                autoReply = true,
                autoReplyMs = 1,
                autoReplyText = "ok",
            }
        );

        await _client.SendTextAsync("auto", "oi");

        var answer = (await receiver.WaitAsync("auto", "messages.upsert"))[0].Data;
        answer.GetProperty("message").GetProperty("conversation").GetString().ShouldBe("ok");
        answer.GetProperty("key").GetProperty("fromMe").GetBoolean().ShouldBeFalse();
        answer.GetProperty("pushName").GetString().ShouldBe("");
    }

    [Fact]
    public async Task Customer_who_answers_by_itself_keeps_its_name()
    {
        await AddAsync("named", new { autoReply = true, autoReplyMs = 1 });
        await sandbox.Control.WriteAsync("named", new SandboxWrite { Name = "Rosa", Addressing = SandboxAddressing.Pn });

        await _client.SendTextAsync("named", "oi");

        var answer = (await receiver.WaitAsync("named", "messages.upsert", 2))[1].Data;
        answer.GetProperty("pushName").GetString().ShouldBe("Rosa");
    }

    [Fact]
    public async Task Licence_rate_limit_and_outage_answer_as_the_world_does()
    {
        await AddAsync("faults");
        const string State = "/instance/connectionState/faults";

        await sandbox.Control.BehaveAsync("faults", new { licenseRequired = true });
        var licence = await _client.GetAsync(State);
        await sandbox.Control.BehaveAsync("faults", new { licenseRequired = false, rateLimited = true });
        var limited = await _client.GetAsync(State);
        await sandbox.Control.BehaveAsync("faults", new { rateLimited = false, reach = "drop" });

        (licence.Status, licence.Body.GetProperty("code").GetString()).ShouldBe((HttpStatusCode.ServiceUnavailable, "LICENSE_REQUIRED"));
        limited.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(State));
    }

    private Task AddAsync(string name, object? behaviour = null) => AddAsync(Number(name), behaviour);

    private async Task AddAsync(SandboxNumber number, object? behaviour)
    {
        await sandbox.Control.AddAsync(number);
        await sandbox.Control.BehaveAsync(number.Name, behaviour ?? new { });
    }

    private SandboxNumber Number(string name) =>
        new()
        {
            Name = name,
            Token = name,
            Phone = "5511988880003",
            WebhookUrl = receiver.Url(name),
        };

    private List<int> Tries(string instance, string message) =>
        [
            .. sandbox
                .ReadLog()
                .Where(l => l.Kind == "webhook" && l.Instance == instance && l.Message == message && l.Event == "messages.upsert")
                .Select(l => l.Status!.Value.GetInt32()),
        ];

    private static IEnumerable<string> Ids(JsonElement found) =>
        found
            .GetProperty("messages")
            .GetProperty("records")
            .EnumerateArray()
            .Select(r => r.GetProperty("key").GetProperty("id").GetString()!);
}
