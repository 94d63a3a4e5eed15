using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

/// <summary>Alerts leave the console through its own client, to a real server: once, signed, again when they must, and never twice without saying so.</summary>
public sealed class AlertPostingTests : IAsyncLifetime
{
    private const string Token = "123456789:AAEabcdefghijklmnopqrstuvwx";
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private AlertReceiver _receiver = null!;
    private TestServices _services = null!;
    private AlertWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await AlertReceiver.StartAsync();
        _services = await TestServices.StartAsync(
            ("Alerts:TelegramAddress", _receiver.Address),
            ("Alerts:AnswerSeconds", "1"),
            ("Site:PublicAddress", "https://console.example"),
            ("Mail:Folder", Path.Combine(Path.GetTempPath(), "alerts-" + Guid.NewGuid().ToString("N")))
        );
        _world = await AlertWorld.CreateAsync();
    }

    [Fact]
    public async Task Webhook_is_signed_and_names_number_cause_and_what_to_do()
    {
        await WebhookAsync("/hook");

        await RaiseAndTellAsync();

        var post = _receiver.All.ShouldHaveSingleItem();
        post.Path.ShouldBe("/hook");
        var signature = post.Headers[AlertWebhook.SignatureHeader].Split(',');
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature[0][2..], CultureInfo.InvariantCulture));
        post.Headers[AlertWebhook.SignatureHeader].ShouldBe(AlertWebhook.Sign("whsec_teste", at, Encoding.UTF8.GetBytes(post.Body)));
        AlertWebhook.Sign("another", at, Encoding.UTF8.GetBytes(post.Body)).ShouldNotBe(post.Headers[AlertWebhook.SignatureHeader]);
        using var body = JsonDocument.Parse(post.Body);
        var alert = body.RootElement.GetProperty("alert");
        body.RootElement.GetProperty("zone").GetString().ShouldBe("America/Sao_Paulo");
        (alert.GetProperty("kind").GetString(), alert.GetProperty("level").GetString()).ShouldBe(("banned", "critical"));
        alert.GetProperty("number").GetProperty("id").GetGuid().ShouldBe(_world.Number.Value);
        alert.GetProperty("title").GetString()!.ShouldEndWith("foi banido pelo WhatsApp");
        alert.GetProperty("cause").GetString()!.ShouldStartWith("O WhatsApp encerrou a sessão como banida (403). Desde ");
        alert.GetProperty("do").GetString().ShouldNotBeNullOrEmpty();
        alert.GetProperty("url").GetString()!.ShouldStartWith("https://console.example/t/");
        (await LeftAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Telegram_is_posted_to_the_configured_address_in_plain_words()
    {
        await _world.AddChannelAsync(AlertChannelKind.Telegram, "-1001234567890", Seal(Token));

        await RaiseAndTellAsync();

        var post = _receiver.All.ShouldHaveSingleItem();
        post.Path.ShouldBe($"/bot{Token}/sendMessage");
        using var body = JsonDocument.Parse(post.Body);
        body.RootElement.GetProperty("chat_id").GetString().ShouldBe("-1001234567890");
        body.RootElement.GetProperty("text").GetString()!.Split("foi banido pelo WhatsApp").Length.ShouldBe(2, "its title is said once");
        body.RootElement.TryGetProperty("parse_mode", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Mail_is_in_the_companys_language_and_a_hostile_name_breaks_no_header()
    {
        await _world.AddChannelAsync(AlertChannelKind.Email, "plantao@aurora.example");
        await _world.First.RunAsync(
            "UPDATE instances SET name = E'Loja\\r\\nBcc: todos@evil.example\\u202E' WHERE tenant_id = $1 AND id = $2",
            _world.Number.Value
        );

        await RaiseAndTellAsync();

        var folder = _services.Provider.GetRequiredService<WhatsAI.Infrastructure.Account.MailOutbox>().Folder;
        var mail = await File.ReadAllTextAsync(Directory.GetFiles(folder).ShouldHaveSingleItem(), Ct);
        mail.Split('\n').ShouldNotContain(line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        mail.ShouldContain("Message-ID: <");
        mail.ShouldContain("plantao@aurora.example");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Failure_is_tried_again_later_and_says_that_it_is_the_same_alert()
    {
        await WebhookAsync("/hook");
        _receiver.Answer = (http, before) =>
        {
            http.Response.StatusCode = before == 0 ? 500 : 200;
            return Task.CompletedTask;
        };

        await RaiseAndTellAsync();
        (await WaitAsync()).ShouldBeInRange(5, 11);
        await TellAsync();
        _receiver.All.Count.ShouldBe(1, "it is not its time yet");
        await DueAsync();
        await TellAsync();

        _receiver.All.Select(p => p.Headers[AlertWebhook.AttemptHeader]).ShouldBe(["1", "2"]);
        _receiver.All.Select(p => p.Headers[AlertWebhook.KeyHeader]).Distinct().Count().ShouldBe(1);
        (await LeftAsync()).ShouldBe(0);
        (await _world.CountAsync("SELECT count(*) FROM alert_channels WHERE tenant_id = $1 AND last_failure IS NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task Server_that_says_when_to_come_again_is_obeyed()
    {
        await WebhookAsync("/hook");
        await _world.AddChannelAsync(AlertChannelKind.Telegram, "@plantao", Seal(Token));
        _receiver.Answer = async (http, _) =>
        {
            http.Response.StatusCode = 429;
            if (http.Request.Path == "/hook")
            {
                http.Response.Headers.RetryAfter = "300";
            }
            else
            {
                await http.Response.WriteAsync("""{"ok":false,"parameters":{"retry_after":300}}""", Ct);
            }
        };

        await RaiseAndTellAsync();

        (await WaitAsync()).ShouldBeInRange(290, 301);
        (await _world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1 AND NOT is_doubtful")).ShouldBe(2);
    }

    [Fact]
    public async Task Server_that_hangs_is_left_in_doubt_and_holds_up_nobody()
    {
        await WebhookAsync("/hangs");
        await _world.AddChannelAsync(AlertChannelKind.Telegram, "@plantao", Seal(Token));
        _receiver.Answer = (http, before) => http.Request.Path == "/hangs" && before < 2 ? _receiver.HangAsync(http) : Task.CompletedTask;

        await RaiseAndTellAsync();

        (await LeftAsync()).ShouldBe(1);
        (
            await _world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1 AND is_doubtful AND failure = 'TimedOut'")
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Refusal_for_good_is_given_up_at_once_and_shown_on_the_channel()
    {
        await _world.AddChannelAsync(AlertChannelKind.Telegram, "@plantao", Seal(Token));
        _receiver.Answer = (http, _) =>
        {
            http.Response.StatusCode = 403;
            return Task.CompletedTask;
        };

        await RaiseAndTellAsync();
        await DueAsync();
        await TellAsync();

        _receiver.All.Count.ShouldBe(1);
        (await _world.CountAsync("SELECT count(*) FROM alert_channels WHERE tenant_id = $1 AND last_failure = 'Refused'")).ShouldBe(1);
        (await _world.CountAsync("SELECT count(*) FROM alert_work WHERE tenant_id = $1")).ShouldBe(0);
    }

    [Fact]
    public async Task Redirect_is_not_followed_and_an_address_inside_the_network_is_not_called()
    {
        await WebhookAsync("/hook");
        _receiver.Answer = (http, _) =>
        {
            http.Response.Redirect("/other");
            return Task.CompletedTask;
        };
        await RaiseAndTellAsync();
        _receiver.All.Select(p => p.Path).ShouldBe(["/hook"]);

        await using var strict = await TestServices.StartAsync(("Outgoing:AllowPrivateGateways", "false"));
        await DueAsync();
        await TellAsync(strict);

        _receiver.All.Count.ShouldBe(1);
        (await _world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1 AND failure = 'Forbidden'")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_copies_tell_once_and_what_a_killed_one_began_is_told_by_the_other()
    {
        await WebhookAsync("/hook");
        await using var second = await TestServices.StartAsync();
        await _world.ApplyAsync(_world.Facts(Verdict.Banned, _now), _now);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => TellAsync(i % 2 == 0 ? _services : second)));
        _receiver.All.Count.ShouldBe(1);

        // A copy that was killed between its claim and its call, or after it: nobody knows.
        await _world.First.RunAsync(
            "UPDATE alert_deliveries SET delivered_at = NULL, is_doubtful = true, due_at = now() + interval '60 seconds' WHERE tenant_id = $1"
        );
        await _world.First.RunAsync("INSERT INTO alert_work (tenant_id, due_at) VALUES ($1, now()) ON CONFLICT DO NOTHING");
        await TellAsync(second);
        _receiver.All.Count.ShouldBe(1, "whoever began it may still be at it");
        await DueAsync();
        await TellAsync(second);

        _receiver.All.Select(p => p.Headers[AlertWebhook.AttemptHeader]).ShouldBe(["1", "2"]);
        (await LeftAsync()).ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private Task<AlertChannelId> WebhookAsync(string path) =>
        _world.AddChannelAsync(AlertChannelKind.Webhook, _receiver.Address + path, Seal("whsec_teste"));

    private string Seal(string secret) => _services.Provider.GetRequiredService<SecretBox>().Protect(secret, AlertPostTools.SecretPurpose);

    private async Task RaiseAndTellAsync()
    {
        await _world.ApplyAsync(_world.Facts(Verdict.Banned, _now), _now);
        await TellAsync();
    }

    /// <summary>This company's alone: the worker would take every test's.</summary>
    private async Task TellAsync(TestServices? services = null)
    {
        var posting = (services ?? _services).Provider.GetRequiredService<AlertPosting>();
        await using var command = _world.First.Owner.CreateCommand(
            "UPDATE alert_work SET due_at = now() + interval '60 seconds' WHERE tenant_id = $1 RETURNING due_at"
        );
        command.Parameters.AddWithValue(_world.Tenant.Value);
        if (await command.ExecuteScalarAsync(Ct) is DateTime until)
        {
            await posting.RunAsync(new TellingTurn(_world.Tenant, until), Ct);
        }
    }

    private Task DueAsync() => _world.First.RunAsync("UPDATE alert_deliveries SET due_at = now() WHERE tenant_id = $1");

    private Task<long> LeftAsync() =>
        _world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1 AND delivered_at IS NULL AND given_up_at IS NULL");

    /// <summary>Seconds until the next attempt.</summary>
    private async Task<double> WaitAsync() =>
        (double)
            (
                await _world.First.ScalarAsync<object>(
                    "SELECT extract(epoch FROM due_at - now())::float8 FROM alert_work WHERE tenant_id = $1"
                )
            )!;
}
